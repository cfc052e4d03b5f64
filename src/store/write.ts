import { type SQL, sql } from "drizzle-orm";
import type { AccountState } from "../domain/account.ts";
import { contentOf } from "../domain/content.ts";
import type { Decision, Done } from "../domain/decide.ts";
import type { Hold } from "../domain/hold.ts";
import { type Columns, names, table } from "./arrays.ts";

/**
 * The statements that write what a batch came to: a constant number of them, however large it is. Where another batch
 * has done one of the operations since the known ones were read, a primary key is violated and nothing stands.
 */
export function writesOf(orgId: string, decision: Decision, at: Date): SQL[] {
  const { done, accounts, holds } = decision;
  const transfers = done.flatMap(transferRows);
  const events = done.flatMap(holdEventRows);
  const statements = [
    insert("transfers", orgId, transfers, transferColumns),
    insert("entries", orgId, transfers.flatMap(entryRows), entryColumns),
    upsertHolds(orgId, holds),
    insert("hold_events", orgId, events, holdEventColumns),
    updateAccounts(orgId, accounts, at),
  ];
  return statements.filter((statement) => statement !== undefined);
}

function insert<R>(into: string, orgId: string, rows: readonly R[], columns: Columns<R>): SQL | undefined {
  if (rows.length === 0) return undefined;
  return sql`insert into ${sql.raw(into)} (org_id, ${names(columns)})
    select ${orgId}::uuid, ${names(columns)} from ${table("r", rows, columns)}`;
}

function transferRows({ operation, change }: Done) {
  return change.booked === null ? [] : [{ operation, ...change.booked }];
}
type TransferRow = ReturnType<typeof transferRows>[number];

const transferColumns: Columns<TransferRow> = {
  id: ["uuid", ({ transfer }) => transfer.id],
  key: ["text", ({ transfer }) => transfer.key],
  kind: ["text", ({ transfer }) => transfer.kind],
  amount: ["numeric", ({ transfer }) => transfer.amount.toString()],
  currency: ["text", ({ transfer }) => transfer.currency],
  from_account_id: ["uuid", ({ from }) => from.account.id],
  from_version: ["bigint", ({ from }) => from.account.version],
  to_account_id: ["uuid", ({ to }) => to.account.id],
  to_version: ["bigint", ({ to }) => to.account.version],
  source: ["text", ({ transfer }) => transfer.source],
  description: ["text", ({ transfer }) => transfer.description],
  user_id: ["text", ({ transfer }) => transfer.userId],
  metadata: ["json", ({ transfer }) => JSON.stringify(transfer.metadata)],
  refund_of: ["uuid", ({ transfer }) => transfer.refundOf],
  hold_id: ["uuid", ({ transfer }) => transfer.holdId],
  request: [
    "jsonb",
    ({ operation }) => (operation.type === "transfer" ? null : JSON.stringify(contentOf(operation))),
  ],
  created_at: ["timestamptz", ({ transfer }) => transfer.createdAt],
};

function entryRows({ transfer, from, to }: TransferRow) {
  return [
    { transfer, ...from },
    { transfer, ...to },
  ];
}

const entryColumns: Columns<ReturnType<typeof entryRows>[number]> = {
  account_id: ["uuid", ({ account }) => account.id],
  version: ["bigint", ({ account }) => account.version],
  transfer_id: ["uuid", ({ transfer }) => transfer.id],
  amount: ["numeric", ({ amount }) => amount.toString()],
  funded: ["numeric", ({ account }) => account.funded.toString()],
  spent: ["numeric", ({ account }) => account.spent.toString()],
  held: ["numeric", ({ account }) => account.held.toString()],
  minimum_balance: ["numeric", ({ account }) => account.minimumBalance?.toString() ?? null],
  created_at: ["timestamptz", ({ transfer }) => transfer.createdAt],
};

const holdColumns: Columns<Hold> = {
  id: ["uuid", ({ id }) => id],
  key: ["text", ({ key }) => key],
  account_id: ["uuid", ({ accountId }) => accountId],
  customer_id: ["uuid", ({ customerId }) => customerId],
  currency: ["text", ({ currency }) => currency],
  amount: ["numeric", ({ amount }) => amount.toString()],
  captured: ["numeric", ({ captured }) => captured.toString()],
  remaining: ["numeric", ({ remaining }) => remaining.toString()],
  state: ["text", ({ state }) => state],
  expires_at: ["timestamptz", ({ expiresAt }) => expiresAt],
  source: ["text", ({ source }) => source],
  description: ["text", ({ description }) => description],
  user_id: ["text", ({ userId }) => userId],
  metadata: ["json", ({ metadata }) => JSON.stringify(metadata)],
  created_at: ["timestamptz", ({ createdAt }) => createdAt],
};

function upsertHolds(orgId: string, rows: readonly Hold[]): SQL | undefined {
  const inserted = insert("holds", orgId, rows, holdColumns);
  return (
    inserted &&
    sql`${inserted} on conflict (org_id, id) do update set captured = excluded.captured,
      remaining = excluded.remaining, state = excluded.state, expires_at = excluded.expires_at`
  );
}

function holdEventRows({ operation, change }: Done) {
  return change.hold === null ? [] : [{ operation, change, hold: change.hold }];
}

const holdEventColumns: Columns<ReturnType<typeof holdEventRows>[number]> = {
  id: ["uuid", ({ change }) => change.id],
  hold_id: ["uuid", ({ hold }) => hold.id],
  request: ["jsonb", ({ operation }) => JSON.stringify(contentOf(operation))],
  captured: ["numeric", ({ hold }) => hold.captured.toString()],
  remaining: ["numeric", ({ hold }) => hold.remaining.toString()],
  state: ["text", ({ hold }) => hold.state],
  expires_at: ["timestamptz", ({ hold }) => hold.expiresAt],
  posted_change: ["numeric", ({ change }) => change.posted.toString()],
  held_change: ["numeric", ({ change }) => change.held.toString()],
  version: ["bigint", ({ change }) => change.account.version],
  funded: ["numeric", ({ change }) => change.account.funded.toString()],
  spent: ["numeric", ({ change }) => change.account.spent.toString()],
  held: ["numeric", ({ change }) => change.account.held.toString()],
  minimum_balance: ["numeric", ({ change }) => change.account.minimumBalance?.toString() ?? null],
  created_at: ["timestamptz", ({ change }) => change.at],
};

const accountColumns: Columns<AccountState> = {
  id: ["uuid", ({ id }) => id],
  version: ["bigint", ({ version }) => version],
  funded: ["numeric", ({ funded }) => funded.toString()],
  spent: ["numeric", ({ spent }) => spent.toString()],
  held: ["numeric", ({ held }) => held.toString()],
  holds_expire_at: ["timestamptz", ({ holdsExpireAt }) => holdsExpireAt],
};

/** `updated_at` is the time of the newest entry, so a hold leaves it as it is. */
function updateAccounts(orgId: string, rows: readonly AccountState[], at: Date): SQL | undefined {
  if (rows.length === 0) return undefined;
  return sql`
    update accounts as a set version = r.version, funded = r.funded, spent = r.spent, held = r.held,
      holds_expire_at = r.holds_expire_at,
      updated_at = case when a.version = r.version then a.updated_at else ${at.toISOString()}::timestamptz end
    from ${table("r", rows, accountColumns)}
    where a.org_id = ${orgId}::uuid and a.id = r.id`;
}
