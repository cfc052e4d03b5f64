import { accountOf, changedAccount, counterAccount } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Known, Requester } from "./command.ts";
import { defaultCounters } from "./content.ts";
import { type Hold, isDue, isExpired } from "./hold.ts";
import type { LedgerState, LedgerView } from "./ledger-view.ts";
import { derivedId } from "./operation-id.ts";
import { performCapture } from "./perform/capture.ts";

/** Where a hold is, and what its captures pay. */
export function placeOfHold({ customerId, currency }: Pick<Hold, "customerId" | "currency">) {
  return {
    account: accountOf({ customerId }, currency),
    counter: counterAccount(defaultCounters.charge, currency),
  };
}

/**
 * Notes of holds that a batch names that they have expired. Others that are due are noted in the database, as many as
 * fit a batch; the rest counts as if it were.
 */
export function expireNamed(view: LedgerView, named: Iterable<Hold>): string[] {
  const expired: string[] = [];
  for (const hold of named) {
    if (!isExpired(hold, view.at)) continue;
    const account = view.account(placeOfHold(hold).account);
    view.accounts.set(
      account.key,
      changedAccount(account, {
        sequence: account.sequence + 1,
        overdue: account.overdue.minus(hold.remaining),
      }),
    );
    view.holds.set(hold.id, { ...hold, remaining: Amount.zero, state: "expired" });
    expired.push(hold.id);
  }
  return expired;
}

/**
 * Holds that are to be captured before whatever a batch was asked for, the oldest first: those that were found to be due,
 * and those that the batch names, however many are older; nobody may release or extend one whose time has passed.
 */
export function capturesDue({
  holds,
  dueCaptures,
  at,
}: Pick<LedgerState, "holds" | "dueCaptures" | "at">): Hold[] {
  const named = [...holds.values()].filter((hold) => hold.onExpiry === "capture" && isDue(hold, at));
  const due = new Map([...dueCaptures, ...named].map((hold) => [hold.id, hold]));
  return [...due.values()].sort(byExpiry);
}

function byExpiry(a: Hold, b: Hold): number {
  return a.expiresAt.getTime() - b.expiresAt.getTime() || (a.id < b.id ? -1 : 1);
}

const timeItself: Requester = { actor: "", requestId: "", isBounded: false };

/** Captures holds that are due and say so: the customer's side at the moment of its effect, nobody having asked. */
export function captureDue(view: LedgerView, due: readonly Hold[]): Known[] {
  return due.flatMap((hold) => {
    const current = view.holds.get(hold.id) ?? hold;
    if (current.state !== "active") return [];
    const on = placeOfHold(current);
    const operation = {
      type: "capture",
      id: derivedId(["capture by expiry", current.id]),
      key: null,
      holdId: current.id,
      amount: null,
      final: true,
      overage: "reject",
      description: current.description,
      metadata: current.metadata,
      on,
    } as const;
    const outcome = performCapture(view, { hold: current, on }, operation, {
      by: timeItself,
      effectiveAt: current.expiresAt,
    });
    // Only a balance or total out of range stands in its way; then it stays held.
    return "reason" in outcome ? [] : [outcome];
  });
}
