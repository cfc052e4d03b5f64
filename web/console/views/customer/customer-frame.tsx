import type { ComponentChildren } from "preact";
import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { type Customer, CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useMay } from "../../app/console.ts";
import { hrefOf } from "../../app/location.ts";
import { filled } from "../../app/paths.ts";
import { Page } from "../../components/page.tsx";
import { Loading, Problem } from "../../components/states.tsx";
import { customerName, isDisabled, paysText } from "../../words/customer.ts";
import { customerHref } from "../places.ts";

const tabs = [
  ["", "Overview", Permission.LOOK_UP],
  ["/statement", "Statement", Permission.READ],
  ["/holds", "Holds", Permission.LOOK_UP],
  ["/refusals", "Refusals", Permission.READ],
] as const;

interface CustomerFrameProps {
  readonly organization: string;
  /** Id or email. */
  readonly customer: string;
  readonly tab: (typeof tabs)[number][0];
  readonly children: (customer: Customer, reload: () => void) => ComponentChildren;
}

/** What all pages of a customer have in common: who it is, and the way to the others. */
export function CustomerFrame({ organization, customer, tab, children }: CustomerFrameProps) {
  const { answer, failure, reload } = useAnswer(CustomerService.method.getCustomer, {
    organization,
    customer,
  });
  const may = useMay();
  const found = answer?.customer;
  const list = (
    <a href={hrefOf(filled("organizations/:organization/customers", { organization }))}>Customers</a>
  );
  if (found === undefined)
    return (
      <Page title="Customer" about={list}>
        {failure === undefined ? (
          <Loading what="the customer" />
        ) : (
          <Problem failure={failure} retry={reload} />
        )}
      </Page>
    );
  const about = (
    <>
      {list} · {found.email !== "" && `${found.email} · `}
      {paysText(found.billingType)}
      {isDisabled(found) && (
        <>
          {" · "}
          <span class="badge bad">disabled</span>
        </>
      )}
    </>
  );
  return (
    <Page title={customerName(found)} about={about}>
      <nav class="tabs" aria-label="Of this customer">
        {tabs
          .filter(([, , needed]) => may(needed))
          .map(([more, label]) => (
            <a
              key={more}
              href={customerHref(organization, customer, more)}
              aria-current={more === tab ? "page" : undefined}
            >
              {label}
            </a>
          ))}
      </nav>
      {children(found, reload)}
    </Page>
  );
}
