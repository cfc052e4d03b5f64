import {
  type Organization,
  OrganizationService,
  OrganizationState,
} from "../../../gen/tallystick/v1/organization_pb.ts";
import { usePages } from "../api/use-pages.ts";
import { Page } from "../components/page.tsx";
import { WithSameCalls } from "../components/same-calls.tsx";
import { PagedTable, RowLink } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { go, hrefOf } from "./location.ts";

function hrefTo(organization: string): string {
  return hrefOf(`organizations/${encodeURIComponent(organization)}`);
}

export function OrganizationChoice() {
  return (
    <WithSameCalls>
      <Choice />
    </WithSameCalls>
  );
}

function Choice() {
  const pages = usePages(OrganizationService.method.listOrganizations, "", { pageSize: 50 });
  const submit = (event: Event) => {
    event.preventDefault();
    const name = new FormData(event.currentTarget as HTMLFormElement).get("organization");
    if (typeof name === "string" && name.trim() !== "") go(hrefTo(name.trim()));
  };
  return (
    <Page title="Organizations">
      <form class="search" method="post" onSubmit={submit}>
        <label>
          <span class="unseen">Name or id</span>
          <input
            name="organization"
            type="search"
            data-search
            placeholder="Name or id"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <button type="submit">Open</button>
      </form>
      <PagedTable
        what="organizations"
        caption="Organizations"
        empty="There is none yet."
        pages={pages}
        rowsOf={({ organizations }) => organizations}
        keyOf={({ id }: Organization) => id}
        columns={[
          { title: "Name", isText: true, cell: ({ name }) => <RowLink href={hrefTo(name)}>{name}</RowLink> },
          { title: "Shown as", isText: true, cell: ({ displayName }) => displayName },
          {
            title: "State",
            cell: ({ state }) =>
              state === OrganizationState.DISABLED ? <span class="badge bad">disabled</span> : "active",
          },
          { title: "Created", cell: ({ createTime }) => <Time of={createTime} /> },
        ]}
      />
    </Page>
  );
}
