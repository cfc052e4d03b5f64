import type { NameQuery, ResolvedName } from "../../domain/customer-name.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Call } from "./call.ts";

/** Whom a name means in the organization of a call, and ever meant. */
export async function bearersOf(call: Call, name: NameQuery): Promise<ResolvedName> {
  const [bearers] = await call.app.customerNames.resolveNames(call.organization.id, [name]);
  if (bearers === undefined) throw new Error("a name was left without an answer");
  return bearers;
}

/**
 * Refuses with NAME_MOVED to answer for the customer of a known key who asks by a name that is another one's now. While
 * nobody else has it, the name still says who is meant.
 */
export function requireSameBearer(name: string, { id }: ResolvedName, customerId: string): void {
  if (id !== undefined && id !== customerId) throw new Refused({ reason: "NAME_MOVED", name });
}
