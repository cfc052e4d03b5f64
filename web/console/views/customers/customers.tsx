import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { useMay } from "../../app/console.ts";
import { go, hrefOf, usePlace } from "../../app/location.ts";
import { filled } from "../../app/paths.ts";
import { Page } from "../../components/page.tsx";
import { Empty } from "../../components/states.tsx";
import { PagedTable } from "../../components/table.tsx";
import type { ViewProps } from "../view.ts";
import { customerColumns } from "./customer-columns.tsx";
import { Found, Known } from "./search.tsx";

/** So that not each letter is asked for. */
const pauseMs = 200;

export default function Customers({ organization }: ViewProps) {
  const { query } = usePlace();
  const may = useMay();
  const mayList = may(Permission.READ);
  const asked = query.get("q") ?? "";
  const [text, setText] = useState(asked);
  // What is being typed goes on while its beginning is asked for.
  const sent = useRef(asked);
  useLayoutEffect(() => {
    if (asked !== sent.current) setText(asked);
    sent.current = asked;
  }, [asked]);
  const here = filled("organizations/:organization/customers", { organization });
  const search = () => {
    sent.current = text.trim();
    go(hrefOf(here, { q: text.trim() }), "replace");
  };
  useLayoutEffect(() => {
    if (text.trim() === asked || !mayList) return;
    const timer = setTimeout(search, pauseMs);
    return () => clearTimeout(timer);
  }, [text, asked, here, mayList]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() !== asked) return search();
    document.querySelector<HTMLElement>("[data-row]")?.focus();
  };
  return (
    <Page title="Customers">
      <search>
        <form class="search" method="post" onSubmit={submit}>
          <label>
            <span class="unseen">Search customers</span>
            <input
              type="search"
              data-search
              value={text}
              placeholder={
                mayList ? "Id, email, name or former email, or its beginning" : "Id or email, as a whole"
              }
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <button type="submit">Search</button>
        </form>
      </search>
      {asked !== "" && mayList && <Found organization={organization} query={asked} />}
      {asked !== "" && !mayList && <Known organization={organization} customer={asked} />}
      {asked === "" && mayList && <All organization={organization} />}
      {asked === "" && !mayList && (
        <Empty>Your role may look customers up, and not list them: search for one.</Empty>
      )}
    </Page>
  );
}

function All({ organization }: { organization: string }) {
  const pages = usePages(CustomerService.method.listCustomers, organization, { organization, pageSize: 50 });
  return (
    <PagedTable
      what="customers"
      caption="Customers, oldest first"
      empty="There is no customer yet. The first call of CreateCustomer, or of an interface of Frontier or Apigee, makes one."
      pages={pages}
      rowsOf={({ customers }) => customers}
      keyOf={({ id }) => id}
      columns={customerColumns(organization)}
    />
  );
}
