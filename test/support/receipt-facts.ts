import { type AccountState, ownerKey } from "../../src/domain/account.ts";
import type { Receipt } from "../../src/domain/command.ts";
import type { Hold } from "../../src/domain/hold.ts";
import type { Booked, Entry } from "../../src/domain/perform/transfer.ts";

/**
 * All that a receipt tells a caller, but for whether it is a replay: plain values that can be compared, whichever of
 * two receipts came from memory and which from the database.
 */
export function receiptFacts({ change }: Receipt) {
  const { id, booked, hold, account, posted, held, at } = change;
  return {
    ...{
      id,
      at: at.toISOString(),
      posted: String(posted),
      held: String(held),
      account: accountFacts(account),
    },
    booked: booked && bookedFacts(booked),
    hold: hold && holdFacts(hold),
  };
}

export function accountFacts(account: AccountState) {
  const { id, owner, currency, version, funded, spent, held, minimumBalance } = account;
  const amounts = { funded: String(funded), spent: String(spent), held: String(held) };
  return { id, owner: ownerKey(owner), currency, version, ...amounts, minimum: String(minimumBalance) };
}

export function holdFacts(hold: Hold) {
  const { id, key, customerId, accountId, currency, amount, captured, remaining, state } = hold;
  const { source, description, userId, metadata, expiresAt, createdAt } = hold;
  return {
    ...{ id, key, customerId, accountId, currency, state, source, description, userId, metadata },
    ...{ amount: String(amount), captured: String(captured), remaining: String(remaining) },
    ...{ expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() },
  };
}

function bookedFacts({ transfer, from, to }: Booked) {
  const { id, key, kind, amount, currency, source, description, userId, metadata } = transfer;
  const { refundOf, holdId, createdAt } = transfer;
  const entryFacts = (entry: Entry) => ({
    amount: String(entry.amount),
    account: accountFacts(entry.account),
  });
  return {
    ...{ id, key, kind, currency, source, description, userId, metadata, refundOf, holdId },
    ...{ amount: String(amount), createdAt: createdAt.toISOString() },
    ...{ from: entryFacts(from), to: entryFacts(to) },
  };
}
