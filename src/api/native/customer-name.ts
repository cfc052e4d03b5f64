import { notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Call } from "../shared/call.ts";

/** A customer that is named by id or, inside its organization, by email. NOT_FOUND where there is none. */
export async function customerNamed(call: Call, orgId: string, name: string): Promise<Customer> {
  const { customers } = call.app;
  const customer = isUuid(name)
    ? await customers.find({ orgId, id: name.toLowerCase() })
    : await customers.findByEmail({ orgId, email: name }, call.signal);
  if (customer === undefined) throw notFound("customer", name);
  return customer;
}

/** The id of such a customer. One whose account is known costs no query; those asked for together share one. */
export async function accountHolder(
  call: Call,
  orgId: string,
  of: { name: string; currency: string },
): Promise<string> {
  const { currency } = of;
  const customerId = of.name.toLowerCase();
  if (!isUuid(customerId)) return (await customerNamed(call, orgId, of.name)).id;
  if (call.app.ledger.knows(orgId, { owner: { customerId }, currency })) return customerId;
  const key = { orgId, customer: customerId, currency };
  const balance = await call.app.balances.find(key);
  if (balance === undefined) throw notFound("customer", of.name);
  return customerId;
}

/** Tells account holders of one request: each is looked for once, however often it is named. */
export type HolderOf = (of: { name: string; currency: string }) => Promise<string>;

export function holdersFor(call: Call, orgId: string): HolderOf {
  const found = new Map<string, Promise<string>>();
  return (of) => {
    const key = `${of.currency} ${of.name}`;
    const holder = found.get(key) ?? accountHolder(call, orgId, of);
    found.set(key, holder);
    return holder;
  };
}
