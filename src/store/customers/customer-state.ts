import type { Act } from "../trail/act.ts";
import { type Customer, type CustomerId, lockCustomer } from "./customer-row.ts";
import { updateCustomer } from "./customer-write.ts";

/**
 * Lets a customer be charged, or refuses charges from now on, in a transaction. One in the state already stays as it is,
 * to the time of its last change. Undefined where there is no such customer.
 */
export async function setState(
  act: Act,
  which: CustomerId,
  state: Customer["state"],
): Promise<Customer | undefined> {
  const known = await lockCustomer(act.orm, which);
  return known === undefined || known.state === state ? known : updateCustomer(act, known, { state });
}
