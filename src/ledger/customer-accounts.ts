import type { AccountRef } from "../domain/account.ts";
import type { Command } from "../domain/command.ts";
import { touchedBy } from "../domain/touched.ts";

/** The customers' accounts of a command, each once: those that two batches under way may not share. */
export function customerAccounts({ operations }: Command): readonly AccountRef[] {
  const accounts = new Map<string, AccountRef>();
  for (const operation of operations) {
    for (const ref of touchedBy(operation)) if ("customerId" in ref.owner) accounts.set(ref.key, ref);
  }
  return [...accounts.values()];
}
