import { create } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  BillingType,
  CreateCustomerResponseSchema,
  type Customer,
  CustomerService,
  CustomerState,
  ListCustomersResponseSchema,
  SearchCustomersResponseSchema,
} from "../../gen/tallystick/v1/customer_pb.ts";
import { firstRows } from "./pages.ts";
import { jsonOf, type Printed, pairsOf, tableOf, wordOf } from "./printed.ts";
import type { Surroundings } from "./surroundings.ts";

const billingTypes = { prepaid: BillingType.PREPAID, postpaid: BillingType.POSTPAID } as const;

/** As many as one search answers. */
const foundMax = 100;

/** Whose customers are meant. */
export interface OfOrganization extends Printed {
  readonly organization: string;
}

export interface CreateCustomerOptions extends OfOrganization {
  readonly email?: string;
  readonly id?: string;
  readonly billingType: keyof typeof billingTypes;
}

export async function createCustomer(
  ledger: Transport,
  name: string,
  { organization, email = "", id = "", billingType, json }: CreateCustomerOptions,
): Promise<string> {
  const answer = await createClient(CustomerService, ledger).createCustomer({
    organization,
    name,
    email,
    id,
    billingType: billingTypes[billingType],
  });
  const { customer } = answer;
  return json
    ? jsonOf(CreateCustomerResponseSchema, answer)
    : pairsOf({ id: customer?.id ?? "", name: customer?.name ?? "", email: customer?.email ?? "" });
}

export interface ListCustomersOptions extends OfOrganization {
  readonly limit: number;
}

/** Lists the customers of an organization, oldest first. */
export async function listCustomers(
  ledger: Transport,
  { organization, limit, json }: ListCustomersOptions,
  surroundings: Pick<Surroundings, "stderr">,
): Promise<string> {
  const client = createClient(CustomerService, ledger);
  const { rows, nextPageToken } = await firstRows(limit, surroundings, async (asked) => {
    const page = await client.listCustomers({ organization, ...asked });
    return { rows: page.customers, next: page.nextPageToken };
  });
  if (!json) return customersTable(rows);
  return jsonOf(
    ListCustomersResponseSchema,
    create(ListCustomersResponseSchema, { customers: rows, nextPageToken }),
  );
}

/** Lists whom a text finds, and says beside it where there are more. */
export async function searchCustomers(
  ledger: Transport,
  query: string,
  { organization, json }: OfOrganization,
  { stderr }: Pick<Surroundings, "stderr">,
): Promise<string> {
  const client = createClient(CustomerService, ledger);
  const answer = await client.searchCustomers({ organization, query, maxResults: foundMax });
  if (answer.hasMore) stderr.write("tallystick: there are more; a longer text finds them\n");
  if (json) return jsonOf(SearchCustomersResponseSchema, answer);
  return customersTable(answer.matches.flatMap(({ customer }) => customer ?? []));
}

function customersTable(customers: readonly Customer[]): string {
  const rows = customers.map(({ id, name, email, billingType, state }) => {
    return [id, name, email, wordOf(BillingType, billingType), wordOf(CustomerState, state)];
  });
  return tableOf(["id", "name", "email", "pays", "state"], rows);
}
