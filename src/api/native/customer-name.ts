import { notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import type { Call } from "../shared/call.ts";

/** A customer that is named by id or, inside its organization, by email. NOT_FOUND where there is none. */
export async function customerNamed(call: Call, orgId: string, name: string): Promise<Customer> {
  const { customers } = call.app;
  const customer = isUuid(name)
    ? await customers.find({ orgId, id: name.toLowerCase() })
    : await customers.findByEmail({ orgId, email: name });
  if (customer === undefined) throw notFound("customer", name);
  return customer;
}

/** Its id; undefined where the request names none. */
export async function customerIdIfNamed(
  call: Call,
  orgId: string,
  customer: string,
): Promise<string | undefined> {
  return customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
}
