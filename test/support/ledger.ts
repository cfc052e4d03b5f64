import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../src/domain/amount.ts";
import type { Command, Receipt, TransferOperation, Verdict } from "../../src/domain/command.ts";
import { socketHost } from "../../src/embedded/connection.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { createDatabase } from "./database.ts";

/** A ledger on a migrated database of its own, and a way behind its back. */
export interface TestLedger {
  readonly url: string;
  readonly ledger: Ledger;
  readonly sql: Sql;
  /** Another instance on the same database. */
  another(url?: string): Ledger;
  /** Makes an organization with a customer. */
  tenant(): Promise<{ orgId: string; customerId: string }>;
  stop(): Promise<void>;
}

export async function startLedger(): Promise<TestLedger> {
  const created = await createDatabase();
  await migrate(created.url);
  const databases: Database[] = [];
  const another = (url = created.url) => {
    const database = openDatabase(url);
    databases.push(database);
    return new Ledger(database);
  };
  const sql = postgres(created.url, { ...socketHost(created.url), max: 3, onnotice: () => undefined });
  return {
    url: created.url,
    ledger: another(),
    sql,
    another,
    async tenant() {
      const [orgId, customerId] = [uuidv7(), uuidv7()];
      await sql`insert into organizations (id, name, display_name) values (${orgId}, ${orgId}, '')`;
      await sql`insert into customers (org_id, id) values (${orgId}, ${customerId})`;
      return { orgId, customerId };
    },
    async stop() {
      await Promise.all([...databases.map((database) => database.close()), sql.end({ timeout: 1 })]);
      await created.drop();
    },
  };
}

interface Wanted extends Partial<TransferOperation> {
  readonly orgId: string;
  readonly customerId: string;
}

/** A command of one transfer of the kind: 10 credits unless told otherwise. */
export function commandTo(kind: "credit" | "charge", wanted: Wanted): Command {
  return { orgId: wanted.orgId, operations: [operationTo(kind, wanted)], dryRun: false };
}

/** The transfer of `commandTo`. */
export function operationTo(
  kind: "credit" | "charge",
  { orgId: _, customerId, ...fields }: Wanted,
): TransferOperation {
  const customer = { customerId };
  const [from, to] =
    kind === "credit" ? [{ role: "funding" } as const, customer] : [customer, { role: "revenue" } as const];
  const words = { key: null, currency: "VC", source: "", description: "", userId: "", metadata: {} };
  return { type: "transfer", id: uuidv7(), kind, amount: Amount.of("10"), from, to, ...words, ...fields };
}

/** The receipts of a command that was done. */
export function receiptsOf(verdict: Verdict): readonly Receipt[] {
  if (verdict.outcome === "refused") throw new Error(`refused: ${JSON.stringify(verdict.refused)}`);
  return verdict.receipts;
}

/** Waits until so many backends of the database wait for a lock, and answers their process ids. */
export async function untilWaiting(sql: Sql, count: number): Promise<number[]> {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    const rows = await sql<{ pid: number }[]>`select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    if (rows.length === count) return rows.map(({ pid }) => pid);
    if (performance.now() > giveUpAt) throw new Error(`${rows.length} wait for a lock, not ${count}`);
  }
}

/** The rules that the books break, which must be none. */
export async function brokenRules(sql: Sql): Promise<string[]> {
  const breaches = {
    "a transfer has two entries, equal and opposite": await sql`
      select t.id from transfers t left join entries e on e.org_id = t.org_id and e.transfer_id = t.id
      group by t.org_id, t.id, t.amount
      having count(*) <> 2 or sum(e.amount) <> 0 or max(e.amount) <> t.amount`,
    "versions run with no gap, up to the account's": await sql`
      select a.id from accounts a left join entries e on e.org_id = a.org_id and e.account_id = a.id
      group by a.org_id, a.id, a.version having count(e.version) <> a.version or coalesce(max(e.version), 0) <> a.version`,
    "an account's totals are those on its newest entry": await sql`
      select a.id from accounts a left join entries e on e.org_id = a.org_id and e.account_id = a.id and e.version = a.version
      where (a.funded, a.spent) <> (coalesce(e.funded, 0), coalesce(e.spent, 0))`,
    "credits are funded, charges and captures spent, and what is given back is spent no more": await sql`
      select * from (
        select e.amount, t.kind, a.customer_id,
          e.funded - lag(e.funded, 1, 0) over line as funded, e.spent - lag(e.spent, 1, 0) over line as spent
        from entries e join transfers t on t.org_id = e.org_id and t.id = e.transfer_id
          join accounts a on a.org_id = e.org_id and a.id = e.account_id
        window line as (partition by e.org_id, e.account_id order by e.version)) s
      where (funded, spent) <> case
        when amount < 0 or (customer_id is not null and kind in ('refund', 'adjustment')) then (0::numeric, -amount)
        else (amount, 0::numeric) end`,
    "an entry bears the sums up to it": await sql`
      select * from (select e.*, sum(amount) over (partition by org_id, account_id order by version) as sum from entries e) s
      where sum <> funded - spent`,
    "each currency of each organization sums to zero": await sql`
      select org_id, currency from accounts group by org_id, currency having sum(funded - spent) <> 0`,
    "time never goes back along an account": await sql`
      select * from (select created_at, lag(created_at) over (partition by org_id, account_id order by version) as before from entries) s
      where created_at < before`,
    "what is held is what remains of active holds": await sql`
      select a.id from accounts a left join holds h on h.org_id = a.org_id and h.account_id = a.id and h.state = 'active'
      group by a.org_id, a.id, a.held, a.holds_expire_at
      having a.held <> coalesce(sum(h.remaining), 0) or a.holds_expire_at > min(h.expires_at)
        or (min(h.expires_at) is not null and a.holds_expire_at is null)`,
    "what a hold captured is the sum of its captures": await sql`
      select h.id from holds h left join transfers t on t.org_id = h.org_id and t.hold_id = h.id and t.kind = 'capture'
      group by h.org_id, h.id, h.captured, h.amount, h.remaining, h.state
      having h.captured <> coalesce(sum(t.amount), 0) or (h.state = 'active' and h.captured + h.remaining <> h.amount)`,
    "refunds give back no more than was charged": await sql`
      select t.id from transfers r join transfers t on t.org_id = r.org_id and t.id = r.refund_of
      group by t.org_id, t.id, t.amount having sum(r.amount) > t.amount`,
    "a refund gives back a charge or a capture, to whom it was taken from": await sql`
      select r.id from transfers r left join transfers t on t.org_id = r.org_id and t.id = r.refund_of
      where r.kind = 'refund' and (t.kind in ('charge', 'capture') and t.from_account_id = r.to_account_id) is not true`,
    "no charge crosses the minimum balance": await sql`
      select e.transfer_id from entries e join transfers t on t.org_id = e.org_id and t.id = e.transfer_id
      where e.amount < 0 and t.kind <> 'capture' and e.funded - e.spent - e.held < e.minimum_balance`,
  };
  return Object.entries(breaches).flatMap(([rule, rows]) => (rows.length === 0 ? [] : [rule]));
}
