import { type AccountOwner, accountKey } from "../domain/account.ts";
import type { Command, Operation } from "../domain/command.ts";

/** An account by its owner and currency. */
export interface Touched {
  readonly owner: AccountOwner;
  readonly currency: string;
}

/** The accounts that an operation reads and writes. */
export function touchedBy(operation: Operation): readonly Touched[] {
  const { currency } = operation;
  switch (operation.type) {
    case "transfer":
      return [
        { owner: operation.from, currency },
        { owner: operation.to, currency },
      ];
    case "refund":
      return [
        { owner: { customerId: operation.customerId }, currency },
        { owner: { role: operation.counterRole }, currency },
      ];
    case "capture":
      return [
        { owner: { customerId: operation.customerId }, currency },
        { owner: { role: "revenue" }, currency },
      ];
    default:
      return [{ owner: { customerId: operation.customerId }, currency }];
  }
}

/** The customers' accounts of a command, by `accountKey`: those that two batches under way may not share. */
export function customerAccounts({ operations }: Command): string[] {
  const keys = new Set<string>();
  for (const operation of operations) {
    for (const { owner, currency } of touchedBy(operation)) {
      if ("customerId" in owner) keys.add(accountKey(owner, currency));
    }
  }
  return [...keys];
}
