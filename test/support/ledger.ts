import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../src/domain/amount.ts";
import type { AskedOperation, TransferOperation } from "../../src/domain/asked-operation.ts";
import type { AskedCommand } from "../../src/domain/command.ts";
import { defaultCounters } from "../../src/domain/content.ts";
import type { CustomerName } from "../../src/domain/customer-name.ts";
import type { NonEmpty } from "../../src/domain/non-empty.ts";
import type { Receipt } from "../../src/domain/recorded.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { socketHost } from "../../src/embedded/connection.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { createDatabase } from "./database.ts";
import { lockWaits } from "./lock-waits.ts";
import { withSql } from "./sql.ts";

/** A ledger on a migrated database of its own, and a way behind its back. */
export interface TestLedger {
  readonly url: string;
  readonly ledger: Ledger;
  readonly sql: Sql;
  /** Another instance on the same database. */
  another(url?: string): Ledger;
  /** The same with what it reads and writes by, so that it can be closed before the end. */
  instance(url?: string): { readonly ledger: Ledger; readonly database: Database };
  /** Makes an organization with a customer. */
  tenant(): Promise<{ orgId: string; customerId: string }>;
  stop(): Promise<void>;
}

/** These ledgers are asked by ids alone. */
const noNames = () => Promise.reject(new Error("no name was expected"));

export async function startLedger(): Promise<TestLedger> {
  const created = await createDatabase();
  const databases: Database[] = [];
  const instance = (url = created.url) => {
    const database = openDatabase(url);
    databases.push(database);
    return { ledger: new Ledger(database, { names: noNames, refused: () => undefined }), database };
  };
  const another = (url?: string) => instance(url).ledger;
  const sql = postgres(created.url, { ...socketHost(created.url), max: 3, onnotice: () => undefined });
  return {
    url: created.url,
    ledger: another(),
    sql,
    another,
    instance,
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

interface Wanted extends Partial<TransferOperation<CustomerName>> {
  readonly orgId: string;
  readonly customerId: string;
}

export const asker = { actor: "tests", requestId: "request", isBounded: false };

/** A command of some operations. */
export function commandOf(orgId: string, ...operations: NonEmpty<AskedOperation>): AskedCommand {
  return { orgId, operations, dryRun: false, by: asker };
}

/** A command of one transfer of the kind: 10 credits unless told otherwise. */
export function commandTo(kind: "credit" | "charge", wanted: Wanted): AskedCommand {
  return commandOf(wanted.orgId, operationTo(kind, wanted));
}

/** The transfer of `commandTo`. */
export function operationTo(
  kind: "credit" | "charge",
  { orgId: _, customerId, ...fields }: Wanted,
): TransferOperation<CustomerName> {
  return {
    type: "transfer",
    id: uuidv7(),
    key: null,
    kind,
    amount: Amount.of("10"),
    currency: "VC",
    customer: { text: customerId, as: "id" },
    isPaying: kind === "charge",
    other: { counter: defaultCounters[kind] },
    source: "",
    description: "",
    userId: "",
    metadata: {},
    ...fields,
  };
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
    const rows = await lockWaits(sql);
    if (rows.length === count) return rows.map(({ pid }) => pid);
    if (performance.now() > giveUpAt) throw new Error(`${rows.length} wait for a lock, not ${count}`);
  }
}

/** What is wrong with the books, which must be nothing: by the service's own audit, and that no charge crosses a limit. */
export async function brokenRules(databaseUrl: string): Promise<string[]> {
  const database = openDatabase(databaseUrl);
  try {
    const { Audit } = await import("../../src/store/audit/audit.ts");
    const { violations } = await new Audit(database).run();
    const crossing = await withSql(
      databaseUrl,
      (sql) => sql<{ id: string }[]>`
        select id from operations where kind in ('charge', 'adjustment', 'transfer') and from_minimum is not null and amount > 0
          and from_funded - from_spent - from_withdrawn - from_held < from_minimum`,
    );
    return [
      ...violations.map(({ invariant, description }) => `${invariant}: ${description}`),
      ...crossing.map(({ id }) => `operation ${id} crosses the minimum balance`),
    ];
  } finally {
    await database.close();
  }
}
