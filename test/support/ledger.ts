import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../src/domain/amount.ts";
import type { Command, Receipt, TransferDraft, Verdict } from "../../src/domain/transfer.ts";
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

interface Wanted extends Partial<TransferDraft> {
  readonly orgId: string;
  readonly customerId: string;
}

/** A command of one transfer of the kind: 10 credits unless told otherwise. */
export function commandTo(kind: "credit" | "charge", { orgId, customerId, ...fields }: Wanted): Command {
  const customer = { customerId };
  const [from, to] =
    kind === "credit" ? [{ role: "funding" } as const, customer] : [customer, { role: "revenue" } as const];
  const content = { key: null, currency: "VC", source: "", description: "", userId: "", metadata: {} };
  const amount = Amount.of("10");
  return { orgId, transfers: [{ id: uuidv7(), kind, amount, from, to, ...content, ...fields }] };
}

/** The receipts of a command that was booked. */
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
    "an account's totals are the sums of its entries": await sql`
      select a.id from accounts a left join entries e on e.org_id = a.org_id and e.account_id = a.id
      group by a.org_id, a.id, a.funded, a.spent
      having coalesce(sum(e.amount) filter (where e.amount > 0), 0) <> a.funded
        or coalesce(-sum(e.amount) filter (where e.amount < 0), 0) <> a.spent`,
    "an entry bears the sums up to it": await sql`
      select * from (select e.*, sum(amount) over (partition by org_id, account_id order by version) as sum from entries e) s
      where sum <> funded - spent`,
    "each currency of each organization sums to zero": await sql`
      select org_id, currency from accounts group by org_id, currency having sum(funded - spent) <> 0`,
    "time never goes back along an account": await sql`
      select * from (select created_at, lag(created_at) over (partition by org_id, account_id order by version) as before from entries) s
      where created_at < before`,
  };
  return Object.entries(breaches).flatMap(([rule, rows]) => (rows.length === 0 ? [] : [rule]));
}
