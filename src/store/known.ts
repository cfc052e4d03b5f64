import { and, eq, getTableColumns, sql } from "drizzle-orm";
import type { AccountState } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Change } from "../domain/command.ts";
import { contentOf } from "../domain/content.ts";
import type { Hold } from "../domain/hold.ts";
import type { Known } from "../domain/ledger-view.ts";
import { type Booked, customerEntry, type Entry, type Transfer } from "../domain/transfer.ts";
import { ownerOf } from "./accounts.ts";
import { array, arrayText, table } from "./arrays.ts";
import type { Transaction } from "./driver/lane.ts";
import type { Orm } from "./driver/orm.ts";
import { statement } from "./driver/statement.ts";
import { findHolds } from "./holds.ts";
import { accounts, entries, holdEvents, transfers } from "./schema.ts";

type TransferRow = typeof transfers.$inferSelect;
type EntryRow = typeof entries.$inferSelect;
type HoldEventRow = typeof holdEvents.$inferSelect;
type AccountFacts = Pick<typeof accounts.$inferSelect, "id" | "customerId" | "role" | "currency">;

const find = statement<"org" | "ids">(sql`
  select id from transfers where org_id = ${sql.placeholder("org")}::uuid and id = any(${sql.placeholder("ids")}::uuid[])
  union all
  select id from hold_events where org_id = ${sql.placeholder("org")}::uuid and id = any(${sql.placeholder("ids")}::uuid[])`);

/**
 * Of the operations those that were done already, by id. Mostly there are none, and no more is asked. No query here joins
 * more than a list of keys to one table: on tables that nobody has analyzed yet, and all are new once, PostgreSQL has
 * been seen to join whole tables to each other first.
 */
export async function knownOperations(
  transaction: Transaction,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, Known>> {
  const found = await transaction.rows<{ id: string }>(find({ org: orgId, ids: arrayText(ids, "uuid") }));
  if (found.length === 0) return new Map();
  const known = [...new Set(found.map(({ id }) => id))];
  return loadOperations(transaction.orm, orgId, known);
}

async function loadOperations(orm: Orm, orgId: string, ids: readonly string[]): Promise<Map<string, Known>> {
  const [rows, events] = await Promise.all([
    transferRows(orm, orgId, ids),
    orm
      .select()
      .from(holdEvents)
      .where(and(eq(holdEvents.orgId, orgId), sql`${holdEvents.id} = any(${array(ids, "uuid")})`)),
  ]);
  const [booked, holds] = await Promise.all([
    withEntries(orm, orgId, rows),
    events.length === 0
      ? []
      : findHolds(
          orm,
          orgId,
          events.map(({ holdId }) => holdId),
        ),
  ]);
  const holdsById = new Map(holds.map((hold) => [hold.id, hold]));
  const known = new Map<string, Known>();
  for (const { row, booked: transfer } of booked.values()) known.set(row.id, knownTransfer(row, transfer));
  for (const event of events) {
    const hold = holdsById.get(event.holdId);
    if (hold === undefined) throw new Error(`the hold of event ${event.id} is missing`);
    known.set(event.id, knownHoldEvent(event, hold, booked.get(event.id)?.booked ?? null));
  }
  return known;
}

interface BookedRow {
  readonly row: TransferRow;
  readonly booked: Booked;
}

/** Transfers with both sides, by id. */
export async function bookedTransfers(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, BookedRow>> {
  return withEntries(orm, orgId, await transferRows(orm, orgId, ids));
}

function transferRows(orm: Orm, orgId: string, ids: readonly string[]): Promise<TransferRow[]> {
  const isNamed = sql`${transfers.id} = any(${array(ids, "uuid")})`;
  return orm
    .select()
    .from(transfers)
    .where(and(eq(transfers.orgId, orgId), isNamed));
}

async function withEntries(
  orm: Orm,
  orgId: string,
  rows: readonly TransferRow[],
): Promise<Map<string, BookedRow>> {
  if (rows.length === 0) return new Map();
  const sides = rows.flatMap((row) => [
    { accountId: row.fromAccountId, version: row.fromVersion },
    { accountId: row.toAccountId, version: row.toVersion },
  ]);
  const accountIds = [...new Set(sides.map(({ accountId }) => accountId))];
  const wanted = table("w", sides, {
    wanted_account: ["uuid", ({ accountId }) => accountId],
    wanted_version: ["bigint", ({ version }) => version],
  });
  const isTheirs = sql`${accounts.id} = any(${array(accountIds, "uuid")})`;
  const [entryRows, accountRows] = await Promise.all([
    orm
      .select(getTableColumns(entries))
      .from(sql`${wanted}`)
      .innerJoin(
        entries,
        sql`${entries.orgId} = ${orgId} and ${entries.accountId} = wanted_account and ${entries.version} = wanted_version`,
      ),
    orm
      .select({
        id: accounts.id,
        customerId: accounts.customerId,
        role: accounts.role,
        currency: accounts.currency,
      })
      .from(accounts)
      .where(and(eq(accounts.orgId, orgId), isTheirs)),
  ]);
  const facts = new Map(accountRows.map((account) => [account.id, account]));
  const found = new Map(entryRows.map((entry) => [`${entry.accountId}/${entry.version}`, entry]));
  const side = (accountId: string, version: number) => {
    const [account, entry] = [facts.get(accountId), found.get(`${accountId}/${version}`)];
    if (account === undefined || entry === undefined) {
      throw new Error(`entry ${version} of account ${accountId} is missing`);
    }
    return { account, entry: entryOf(entry, account) };
  };
  return new Map(
    rows.map((row) => {
      const from = side(row.fromAccountId, row.fromVersion);
      const to = side(row.toAccountId, row.toVersion);
      const transfer = transferOf(row, from.account, to.account);
      return [row.id, { row, booked: { transfer, from: from.entry, to: to.entry } }];
    }),
  );
}

/** The transfer of a row; its accounts say whose they are. */
export function transferOf(row: TransferRow, from: AccountFacts, to: AccountFacts): Transfer {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    amount: Amount.of(row.amount),
    currency: row.currency,
    from: ownerOf(from),
    to: ownerOf(to),
    source: row.source,
    description: row.description,
    userId: row.userId,
    metadata: row.metadata,
    refundOf: row.refundOf,
    holdId: row.holdId,
    createdAt: row.createdAt,
  };
}

function entryOf(entry: EntryRow, account: AccountFacts): Entry {
  return { account: stateAfter(entry, account), amount: Amount.of(entry.amount) };
}

/** An account as an entry or an event left it. */
function stateAfter(
  after: Pick<EntryRow, "version" | "funded" | "spent" | "held" | "minimumBalance">,
  account: AccountFacts,
): AccountState {
  return {
    id: account.id,
    owner: ownerOf(account),
    currency: account.currency,
    version: after.version,
    funded: Amount.of(after.funded),
    spent: Amount.of(after.spent),
    held: Amount.of(after.held),
    holdsExpireAt: null,
    minimumBalance: after.minimumBalance === null ? null : Amount.of(after.minimumBalance),
    enabled: true,
  };
}

function knownTransfer(row: TransferRow, booked: Booked): Known {
  const { account, amount } = customerEntry(booked);
  const change: Change = {
    ...{ id: row.id, booked, hold: null, account, posted: amount, held: Amount.zero },
    at: row.createdAt,
  };
  return { content: () => row.request ?? plainContent(booked.transfer), change };
}

function plainContent({ kind, ...transfer }: Transfer) {
  if (kind === "refund" || kind === "capture") throw new Error(`${kind} ${transfer.id} has no request`);
  return contentOf({ type: "transfer", kind, ...transfer });
}

function knownHoldEvent(event: HoldEventRow, hold: Hold, booked: Booked | null): Known {
  const then: Hold = {
    ...hold,
    captured: Amount.of(event.captured),
    remaining: Amount.of(event.remaining),
    state: event.state,
    expiresAt: event.expiresAt,
  };
  const facts = { id: hold.accountId, customerId: hold.customerId, role: null, currency: hold.currency };
  const change: Change = {
    ...{ id: event.id, booked, hold: then, account: stateAfter(event, facts) },
    posted: Amount.of(event.postedChange),
    held: Amount.of(event.heldChange),
    at: event.createdAt,
  };
  return { content: () => event.request, change };
}
