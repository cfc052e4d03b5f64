import { and, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { AccountState } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Booked, Entry, Transfer } from "../domain/transfer.ts";
import { accountOf } from "./accounts.ts";
import { array } from "./arrays.ts";
import type { Orm } from "./database.ts";
import { accounts, entries, transfers } from "./schema.ts";

/** Those of the transfers that are booked, with both sides, by id. */
export async function knownTransfers(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, Booked>> {
  const [fromEntry, toEntry] = [alias(entries, "from_entry"), alias(entries, "to_entry")];
  const [fromAccount, toAccount] = [alias(accounts, "from_account"), alias(accounts, "to_account")];
  const rows = await orm
    .select({ transfer: transfers, fromEntry, toEntry, fromAccount, toAccount })
    .from(transfers)
    .innerJoin(
      fromEntry,
      and(
        eq(fromEntry.orgId, transfers.orgId),
        eq(fromEntry.accountId, transfers.fromAccountId),
        eq(fromEntry.version, transfers.fromVersion),
      ),
    )
    .innerJoin(
      toEntry,
      and(
        eq(toEntry.orgId, transfers.orgId),
        eq(toEntry.accountId, transfers.toAccountId),
        eq(toEntry.version, transfers.toVersion),
      ),
    )
    .innerJoin(
      fromAccount,
      and(eq(fromAccount.orgId, transfers.orgId), eq(fromAccount.id, transfers.fromAccountId)),
    )
    .innerJoin(toAccount, and(eq(toAccount.orgId, transfers.orgId), eq(toAccount.id, transfers.toAccountId)))
    .where(and(eq(transfers.orgId, orgId), sql`${transfers.id} = any(${array(ids, "uuid[]")})`));
  return new Map(
    rows.map((row) => {
      const from = entryOf(row.fromEntry, row.fromAccount);
      const to = entryOf(row.toEntry, row.toAccount);
      return [row.transfer.id, { transfer: transferOf(row.transfer, from.account, to.account), from, to }];
    }),
  );
}

function entryOf(entry: typeof entries.$inferSelect, account: typeof accounts.$inferSelect): Entry {
  const { version, funded, spent, held, minimumBalance } = entry;
  const state = accountOf({ ...account, version, funded, spent, held, minimumBalance, enabled: true });
  return { account: state, amount: Amount.of(entry.amount) };
}

function transferOf(row: typeof transfers.$inferSelect, from: AccountState, to: AccountState): Transfer {
  return { ...row, amount: Amount.of(row.amount), from: from.owner, to: to.owner };
}
