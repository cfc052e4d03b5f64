import type { AccountRef } from "../domain/account.ts";
import type { Command, Operation } from "../domain/command.ts";

/** The accounts that an operation reads and writes, as far as it is known that they may be there. */
export function touchedBy(operation: Operation): readonly AccountRef[] {
  switch (operation.type) {
    case "transfer":
      return present([operation.own, operation.opposite]);
    case "refund":
    case "reversal":
      return operation.origin === undefined ? [] : [operation.origin.customer, operation.origin.counter];
    case "hold":
      return present([operation.own]);
    case "capture":
      return operation.on === undefined ? [] : [operation.on.account, operation.on.counter];
    case "release":
    case "extend":
      return operation.on === undefined ? [] : [operation.on.account];
  }
}

/** The customers' accounts of a command, each once: those that two batches under way may not share. */
export function customerAccounts({ operations }: Command): readonly AccountRef[] {
  const accounts = new Map<string, AccountRef>();
  for (const operation of operations) {
    for (const ref of touchedBy(operation)) if ("customerId" in ref.owner) accounts.set(ref.key, ref);
  }
  return [...accounts.values()];
}

function present(refs: readonly (AccountRef | undefined)[]): AccountRef[] {
  return refs.filter((ref) => ref !== undefined);
}
