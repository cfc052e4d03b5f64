import { type AccountRef, distinct } from "../domain/account.ts";
import type { Command } from "../domain/command.ts";
import { touchedBy } from "../domain/touched.ts";

/** The customers' accounts of a command, each once. Two batches under way never share one; counter-accounts are striped. */
export function customerAccounts({ operations }: Command): readonly AccountRef[] {
  const refs = operations.length === 1 ? touchedBy(operations[0]) : operations.flatMap(touchedBy);
  // Nearly every command has one. V8 gives a filtered list room for seventeen.
  const [first, second] = refs;
  if (refs.length === 2 && first !== undefined && isCustomers(first) && !isCustomers(second)) return [first];
  return distinct(refs.filter(isCustomers));
}

function isCustomers(ref: AccountRef | undefined): boolean {
  return ref !== undefined && "customerId" in ref.owner;
}
