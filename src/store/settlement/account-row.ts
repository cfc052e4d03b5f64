import { rowType } from "../driver/rows.ts";
import { accounts } from "../schema.ts";
import type { WrittenAccount } from "./outcome.ts";

const columns = {
  id: accounts.id,
  customerId: accounts.customerId,
  counter: accounts.counter,
  stripe: accounts.stripe,
  currency: accounts.currency,
  version: accounts.version,
  sequence: accounts.sequence,
  funded: accounts.funded,
  spent: accounts.spent,
  withdrawn: accounts.withdrawn,
  held: accounts.held,
  dueAt: accounts.dueAt,
  updatedAt: accounts.updatedAt,
  sequenceBefore: accounts.sequence,
};

/** Whose account it is, and in what, stands in the row of a new one alone: of no other is it written again. */
export const accountRow = rowType("written_account", columns, (of: WrittenAccount) => {
  const { account, sequenceBefore, stripe } = of;
  const { owner, isNew } = account;
  return [
    account.id,
    isNew && "customerId" in owner ? owner.customerId : null,
    isNew && "counter" in owner ? owner.counter : null,
    isNew ? stripe : null,
    isNew ? account.currency : null,
    account.version,
    account.sequence,
    account.funded.toString(),
    account.spent.toString(),
    account.withdrawn.toString(),
    account.held.plus(account.overdue).toString(),
    account.dueAt,
    account.newestAt,
    sequenceBefore,
  ];
});
