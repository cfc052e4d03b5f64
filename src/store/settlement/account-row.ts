import type { AccountState } from "../../domain/account.ts";
import { type Cells, rowType } from "../driver/statements/rows.ts";
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

/** Owner and currency are filled in for new accounts only: they are never written again. */
export const accountRow = rowType("written_account", columns, (of: WrittenAccount, cells) => {
  const { account, sequenceBefore, stripe } = of;
  const { owner, isNew } = account;
  cells.add(account.id);
  cells.add(isNew && "customerId" in owner ? owner.customerId : null);
  cells.add(isNew && "counter" in owner ? owner.counter : null);
  cells.add(isNew ? stripe : null);
  cells.add(isNew ? account.currency : null);
  addFigures(account, cells);
  cells.add(account.newestAt);
  cells.add(sequenceBefore);
});

const { version, sequence, funded, spent, withdrawn, held, dueAt, updatedAt, sequenceBefore } = columns;

/** What changes of an account whose row is found by its place. A time that equals the batch's, which is known, is null. */
export const changedAccountRow = rowType(
  "changed_account",
  { tuple: "tid", version, sequence, funded, spent, withdrawn, held, dueAt, updatedAt, sequenceBefore },
  ({ account, sequenceBefore, tuple }: WrittenAccount, cells, at: Date) => {
    cells.add(tuple);
    addFigures(account, cells);
    cells.add(account.newestAt.getTime() === at.getTime() ? null : account.newestAt);
    cells.add(sequenceBefore);
  },
);

function addFigures(account: AccountState, cells: Cells): void {
  cells.add(account.version);
  cells.add(account.sequence);
  cells.add(account.funded.toString());
  cells.add(account.spent.toString());
  cells.add(account.withdrawn.toString());
  cells.add(account.held.plus(account.overdue).toString());
  cells.add(account.dueAt);
}
