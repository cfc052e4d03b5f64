import { type SQL, sql } from "drizzle-orm";
import type { AccountState } from "../domain/account.ts";
import { contentOf } from "../domain/content.ts";
import type { Decision, Done } from "../domain/decide.ts";
import type { Hold } from "../domain/hold.ts";
import { type Columns, columnTexts, names, tablePlaceholder } from "./arrays.ts";
import { type Bound, statement } from "./driver/statement.ts";
import type { Locking } from "./lock.ts";

/**
 * The statements that write what a batch came to: a constant number of them, however large it is. Where another batch
 * has done one of the operations since the known ones were read, a primary key is violated and nothing stands. In
 * another transaction than the one that has the locks they write nothing.
 */
export function writesOf(orgId: string, decision: Decision, { at, xid }: Locking): Bound[] {
  const { done, accounts, holds } = decision;
  const batch = { org: orgId, at: at.toISOString(), xid };
  const bookings = done.flatMap(bookingRows);
  const events = done.flatMap(holdEventRows);
  return [
    ...(bookings.length > 0 ? [book({ ...batch, ...columnTexts(bookings, bookingColumns) })] : []),
    ...(holds.length > 0 ? [upsertHolds({ ...batch, ...columnTexts(holds, holdColumns) })] : []),
    ...(events.length > 0 ? [insertEvents({ ...batch, ...columnTexts(events, holdEventColumns) })] : []),
    ...(accounts.length > 0 ? [updateAccounts({ ...batch, ...columnTexts(accounts, accountColumns) })] : []),
  ];
}

const org = sql`${sql.placeholder("org")}::uuid`;
/** The moment of the batch: that of everything in it. */
const now = sql`${sql.placeholder("at")}::timestamptz`;
/** Whether this is the transaction that has the locks. */
const isOwn = sql`pg_current_xact_id() = ${sql.placeholder("xid")}::xid8`;

function bookingRows({ operation, change }: Done) {
  if (change.booked === null) return [];
  const { transfer, from, to } = change.booked;
  return [{ operation, transfer, from, to }];
}

/** A transfer, with its two sides as they are after it. */
const bookingColumns = {
  id: ["uuid", ({ transfer }) => transfer.id],
  key: ["text", ({ transfer }) => transfer.key],
  kind: ["text", ({ transfer }) => transfer.kind],
  amount: ["numeric", ({ transfer }) => transfer.amount.toString()],
  currency: ["text", ({ transfer }) => transfer.currency],
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
  from_account_id: ["uuid", ({ from }) => from.account.id],
  from_version: ["bigint", ({ from }) => from.account.version],
  from_funded: ["numeric", ({ from }) => from.account.funded.toString()],
  from_spent: ["numeric", ({ from }) => from.account.spent.toString()],
  from_held: ["numeric", ({ from }) => from.account.held.toString()],
  from_minimum: ["numeric", ({ from }) => from.account.minimumBalance?.toString() ?? null],
  to_account_id: ["uuid", ({ to }) => to.account.id],
  to_version: ["bigint", ({ to }) => to.account.version],
  to_funded: ["numeric", ({ to }) => to.account.funded.toString()],
  to_spent: ["numeric", ({ to }) => to.account.spent.toString()],
  to_held: ["numeric", ({ to }) => to.account.held.toString()],
  to_minimum: ["numeric", ({ to }) => to.account.minimumBalance?.toString() ?? null],
} satisfies Columns<ReturnType<typeof bookingRows>[number]>;

const transferColumns = sql.raw(
  `id, key, kind, amount, currency, from_account_id, from_version, to_account_id, to_version, source, description,
    user_id, metadata, refund_of, hold_id, request`,
);

const book = statement<"org" | "at" | "xid" | keyof typeof bookingColumns>(sql`
  with r as materialized (select * from ${tablePlaceholder("r", bookingColumns)} where ${isOwn}), booked as (
    insert into transfers (org_id, created_at, ${transferColumns}) select ${org}, ${now}, ${transferColumns} from r)
  insert into entries (org_id, created_at, account_id, version, transfer_id, amount, funded, spent, held, minimum_balance)
  select ${org}, ${now}, from_account_id, from_version, id, -amount, from_funded, from_spent, from_held, from_minimum from r
  union all
  select ${org}, ${now}, to_account_id, to_version, id, amount, to_funded, to_spent, to_held, to_minimum from r`);

function insertInto(into: string, columns: Columns<never>): SQL {
  return sql`insert into ${sql.raw(into)} (org_id, ${names(columns)})
    select ${org}, ${names(columns)} from ${tablePlaceholder("r", columns)} where ${isOwn}`;
}

const holdColumns = {
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
} satisfies Columns<Hold>;

const upsertHolds = statement<"org" | "xid" | keyof typeof holdColumns>(sql`
  ${insertInto("holds", holdColumns)} on conflict (org_id, id) do update set captured = excluded.captured,
    remaining = excluded.remaining, state = excluded.state, expires_at = excluded.expires_at`);

function holdEventRows({ operation, change }: Done) {
  return change.hold === null ? [] : [{ operation, change, hold: change.hold }];
}

const holdEventColumns = {
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
} satisfies Columns<ReturnType<typeof holdEventRows>[number]>;

const insertEvents = statement<"org" | "xid" | keyof typeof holdEventColumns>(
  insertInto("hold_events", holdEventColumns),
);

const accountColumns = {
  id: ["uuid", ({ id }) => id],
  version: ["bigint", ({ version }) => version],
  funded: ["numeric", ({ funded }) => funded.toString()],
  spent: ["numeric", ({ spent }) => spent.toString()],
  held: ["numeric", ({ held }) => held.toString()],
  holds_expire_at: ["timestamptz", ({ holdsExpireAt }) => holdsExpireAt],
} satisfies Columns<AccountState>;

/** `updated_at` is the time of the newest entry, so a hold leaves it as it is. */
const updateAccounts = statement<"org" | "at" | "xid" | keyof typeof accountColumns>(sql`
  update accounts as a set version = r.version, funded = r.funded, spent = r.spent, held = r.held,
    holds_expire_at = r.holds_expire_at,
    updated_at = case when a.version = r.version then a.updated_at else ${now} end
  from ${tablePlaceholder("r", accountColumns)}
  where a.org_id = ${org} and a.id = r.id and ${isOwn}`);
