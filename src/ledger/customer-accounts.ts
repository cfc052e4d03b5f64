import { type AccountRef, distinct } from "../domain/account.ts";
import type { Command } from "../domain/command.ts";
import { touchedBy } from "../domain/touched.ts";

/** The customers' accounts of a command, each once: those that two batches under way may not share. */
export function customerAccounts({ operations }: Command): readonly AccountRef[] {
  const refs = operations.length === 1 ? touchedBy(operations[0]) : operations.flatMap(touchedBy);
  // Of nearly every command it is one. A list that is filtered has room for seventeen.
  const [first, second] = refs;
  if (refs.length === 2 && first !== undefined && isCustomers(first) && !isCustomers(second)) return [first];
  return distinct(refs.filter(isCustomers));
}

function isCustomers(ref: AccountRef | undefined): boolean {
  return ref !== undefined && "customerId" in ref.owner;
}
