import { accountOf, changedAccount, counterAccount } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Requester } from "./command.ts";
import { defaultCounters } from "./content.ts";
import { type Hold, isDue, isExpired } from "./hold.ts";
import type { LedgerState, LedgerView } from "./ledger-view.ts";
import { derivedId } from "./operation-id.ts";
import { performCapture } from "./perform/capture.ts";
import type { Known } from "./verdict.ts";

/** The accounts of a hold: the customer's, and the counter-account that captures pay. */
export function placeOfHold({ customerId, currency }: Pick<Hold, "customerId" | "currency">) {
  return {
    account: accountOf({ customerId }, currency),
    counter: counterAccount(defaultCounters.charge, currency),
  };
}

/**
 * Marks those holds as expired that a batch names and whose time has passed. Other expired holds are noted by a statement of
 * their own, as many as fit into a batch; the rest is treated as if it were noted.
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
 * The holds to capture before anything that a batch asks for, the oldest first: those that were found to be due, and always
 * those that the batch names, because nobody may release or extend a hold whose time has passed.
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

/** Captures holds that are due. The customer's entry has the moment of the expiry, and nobody as who asked. */
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
    // Refused only where a balance or total would be out of range; then the amount stays held.
    return "reason" in outcome ? [] : [outcome];
  });
}
