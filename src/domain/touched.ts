import type { AccountRef } from "./account.ts";
import type { Operation } from "./asked-operation.ts";

/** The accounts that an operation reads and writes, as far as their owners were found. */
export function touchedBy(operation: Operation): readonly AccountRef[] {
  switch (operation.type) {
    case "transfer":
      return operation.own === undefined || operation.opposite === undefined
        ? [operation.own, operation.opposite].filter((ref) => ref !== undefined)
        : [operation.own, operation.opposite];
    case "refund":
    case "reversal":
      return operation.origin === undefined ? [] : [operation.origin.customer, operation.origin.counter];
    case "hold":
      return operation.own === undefined ? [] : [operation.own];
    case "capture":
      return operation.on === undefined ? [] : [operation.on.account, operation.on.counter];
    case "release":
    case "extend":
      return operation.on === undefined ? [] : [operation.on.account];
  }
}
