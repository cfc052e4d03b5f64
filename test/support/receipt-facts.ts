import type { AccountAfter } from "../../src/domain/account.ts";
import type { Hold } from "../../src/domain/hold.ts";
import {
  customerSide,
  postedChange,
  type Receipt,
  type Side,
  transferOf,
} from "../../src/domain/recorded.ts";

/**
 * All that a receipt tells a caller, but for whether it is a replay: plain values that can be compared, whichever of
 * two receipts came from memory and which from the database.
 */
export function receiptFacts({ recorded, hold }: Receipt) {
  const { id, key, kind, createdBy, createdAt, from, to } = recorded;
  const transfer = transferOf(recorded);
  return {
    ...{ id, key, kind, createdBy, createdAt: createdAt.toISOString() },
    posted: String(postedChange(recorded)),
    held: String(recorded.hold?.heldChange ?? 0),
    account: accountFacts(customerSide(recorded).account),
    transfer: transfer && {
      ...transfer,
      ...{ amount: String(transfer.amount), createdAt: transfer.createdAt.toISOString() },
    },
    from: sideFacts(from),
    to: to && sideFacts(to),
    hold: hold && holdFacts(hold),
  };
}

export function accountFacts(account: AccountAfter) {
  const { id, owner, currency, version, sequence, funded, spent, withdrawn, held, minimumBalance } = account;
  return {
    ...{ id, owner, currency, version, sequence },
    ...{ funded: String(funded), spent: String(spent), withdrawn: String(withdrawn), held: String(held) },
    minimum: String(minimumBalance),
  };
}

export function holdFacts(hold: Hold) {
  const { amount, captured, remaining, expiresAt, createdAt, ...more } = hold;
  return {
    ...more,
    ...{ amount: String(amount), captured: String(captured), remaining: String(remaining) },
    ...{ expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() },
  };
}

function sideFacts({ account, at }: Side) {
  return { account: accountFacts(account), at: at.toISOString() };
}
