import { Code } from "@connectrpc/connect";
import {
  type CustomerMatch,
  CustomerMatchKind,
  CustomerService,
} from "../../../../gen/tallystick/v1/customer_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { Table } from "../../components/table.tsx";
import { customerColumns } from "./customer-columns.tsx";

interface FoundRow {
  readonly match: CustomerMatch;
  readonly customer: NonNullable<CustomerMatch["customer"]>;
}

const kindTexts: Readonly<Partial<Record<CustomerMatchKind, string>>> = {
  [CustomerMatchKind.ID]: "id",
  [CustomerMatchKind.EMAIL]: "email",
  [CustomerMatchKind.APP_GROUP]: "app group",
  [CustomerMatchKind.NAME]: "name",
  [CustomerMatchKind.FORMER]: "formerly",
};

/** Customers by the beginning of what they are, or were, known by. */
export function Found({ organization, query }: { organization: string; query: string }) {
  const { answer, failure, reload } = useAnswer(CustomerService.method.searchCustomers, {
    organization,
    query,
    maxResults: 50,
  });
  if (failure !== undefined) return <Problem failure={failure} retry={reload} />;
  if (answer === undefined) return <Loading what="customers" />;
  const rows = answer.matches.flatMap((match): FoundRow[] =>
    match.customer === undefined ? [] : [{ match, customer: match.customer }],
  );
  if (rows.length === 0)
    return <Empty>No customer is or was known by anything that begins with “{query}”.</Empty>;
  return (
    <>
      <Table
        caption="Customers that were found"
        rows={rows}
        keyOf={({ customer }) => customer.id}
        columns={[
          ...customerColumns(organization).map(({ cell, ...column }) => ({
            ...column,
            cell: ({ customer }: FoundRow) => cell(customer),
          })),
          {
            title: "Found by",
            isText: true,
            cell: ({ match }) => (
              <>
                {kindTexts[match.kind]} <span class="quiet">{match.text}</span>
              </>
            ),
          },
        ]}
      />
      {answer.hasMore && <p class="quiet">There are more: type more of it.</p>}
    </>
  );
}

/** One customer, for whoever may not search. */
export function Known({ organization, customer }: { organization: string; customer: string }) {
  const { answer, failure, reload } = useAnswer(CustomerService.method.getCustomer, {
    organization,
    customer,
  });
  if (failure?.code === Code.NotFound) return <Empty>There is no customer “{customer}”.</Empty>;
  if (failure !== undefined) return <Problem failure={failure} retry={reload} />;
  if (answer?.customer === undefined) return <Loading what="the customer" />;
  return (
    <Table
      caption="The customer that was found"
      rows={[answer.customer]}
      keyOf={({ id }) => id}
      columns={customerColumns(organization)}
    />
  );
}
