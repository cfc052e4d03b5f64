import { type AccountRef, distinct } from "../domain/account.ts";
import type { Command } from "../domain/command.ts";
import { touchedBy } from "../domain/touched.ts";

/** The customers' accounts of a command, each once: those that two batches under way may not share. */
export function customerAccounts({ operations }: Command): readonly AccountRef[] {
  const refs = operations.length === 1 ? touchedBy(operations[0]) : operations.flatMap(touchedBy);
  return distinct(refs.filter(({ owner }) => "customerId" in owner));
}
