import { sql } from "drizzle-orm";
import { accountInspection } from "./audit/accounts.ts";
import { currencyInspection, entryInspection } from "./audit/entries.ts";
import { holdEventInspection, holdInspection } from "./audit/holds.ts";
import { type Finding, findings, type Inspection, type Scope, scopeOf } from "./audit/inspection.ts";
import { keyInspection, refundInspection, sideInspection, transferInspection } from "./audit/transfers.ts";
import type { Database } from "./driver/database.ts";
import type { Orm } from "./driver/orm.ts";

/** Violations that a report lists; it counts them all. */
export const violationsMax = 1_000;
/** Longest time that one inspection may take. */
const inspectionTimeMax = "1h";
/** Memory of one sort or hash in the database; what needs more goes to its disk. */
const workMemory = "64MB";

const inspections: readonly Inspection[] = [
  sideInspection,
  entryInspection,
  currencyInspection,
  accountInspection,
  transferInspection,
  refundInspection,
  holdInspection,
  holdEventInspection,
  keyInspection,
];

/** The names of all that is checked. */
export const invariants: readonly string[] = inspections.flatMap(({ rules }) => Object.keys(rules));

/** A broken invariant. */
export type Violation = Omit<Finding, "total">;

export interface AuditReport {
  /** The first `violationsMax` of them. */
  readonly violations: readonly Violation[];
  /** How many there are, also those that are not listed. */
  readonly violationCount: number;
  /** How many accounts and entries were looked at. */
  readonly accounts: number;
  readonly entries: number;
}

/** Recomputes the ledger from its entries up. It reads one snapshot, so that nobody has to stop writing. */
export class Audit {
  constructor(private readonly database: Database) {}

  /** Audits one organization, or without an id all of them. */
  run(which: { orgId?: string | undefined } = {}, signal?: AbortSignal): Promise<AuditReport> {
    const scope = scopeOf(which.orgId);
    return this.database.transaction(async (orm) => {
      await orm.execute(sql`set transaction isolation level repeatable read, read only`);
      await orm.execute(sql`select set_config('statement_timeout', ${inspectionTimeMax}, true),
        set_config('work_mem', ${workMemory}, true),
        -- Whole tables are joined. A loop over one of them, chosen by old statistics, would not end.
        set_config('enable_nestloop', 'off', true)`);
      return report(orm, scope);
    }, signal);
  }
}

async function report(orm: Orm, scope: Scope): Promise<AuditReport> {
  const violations: Violation[] = [];
  let violationCount = 0;
  for (const inspection of inspections) {
    // Even where the list is full, one row says how many more there are.
    const rowsMax = Math.max(violationsMax - violations.length, 1);
    const found = await orm.execute<Finding>(findings(inspection, scope, rowsMax));
    violationCount += Number(found[0]?.total ?? 0);
    violations.push(...found.map(({ total: _, ...violation }) => violation));
  }
  return {
    violations: violations.slice(0, violationsMax),
    violationCount,
    accounts: await count(orm, "accounts", scope),
    entries: await count(orm, "entries", scope),
  };
}

async function count(orm: Orm, table: "accounts" | "entries", scope: Scope): Promise<number> {
  const [row] = await orm.execute<{ count: string }>(
    sql`select count(*) as count from ${sql.raw(table)} x where ${scope("x")}`,
  );
  return Number(row?.count ?? 0);
}
