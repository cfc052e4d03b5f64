import type { AccountAfter } from "../../src/domain/account.ts";
import type { Hold } from "../../src/domain/hold.ts";
import { customerSide, type Receipt, type Side } from "../../src/domain/recorded.ts";
import { postedChange } from "../../src/domain/verdict.fixture.ts";

/**
 * All that a receipt tells a caller, but for whether it is a replay: plain values that can be compared, whichever of
 * two receipts came from memory and which from the database.
 */
export function receiptFacts({ recorded, hold }: Receipt) {
  const { from, to, hold: after, amount, returned, createdAt, ...words } = recorded;
  return {
    ...words,
    amount: String(amount),
    returned: returned && String(returned),
    createdAt: createdAt.toISOString(),
    posted: String(postedChange(recorded)),
    account: accountFacts(customerSide(recorded).account),
    from: sideFacts(from),
    to: to && sideFacts(to),
    heldChange: after && String(after.heldChange),
    hold: hold && holdFacts(hold),
  };
}

function sideFacts({ account, at }: Side) {
  return { account: accountFacts(account), at: at.toISOString() };
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
  const { id, key, customerId, accountId, currency, amount, captured, remaining, state, onExpiry } = hold;
  const { source, description, userId, metadata, expiresAt, createdAt } = hold;
  return {
    ...{ id, key, customerId, accountId, currency, state, onExpiry, source, description, userId, metadata },
    ...{ amount: String(amount), captured: String(captured), remaining: String(remaining) },
    ...{ expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() },
  };
}
