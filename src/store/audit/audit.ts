import { sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/orm.ts";
import { namedInspection, positionInspection } from "./changes.ts";
import { currencyInspection } from "./currencies.ts";
import { entryInspection } from "./entries.ts";
import { heldInspection } from "./held.ts";
import { holdInspection } from "./holds.ts";
import {
  type Finding,
  findings,
  type Inspection,
  type Scope,
  scopeOf,
  type Violation,
} from "./inspection.ts";
import { keyInvariant, keyViolations } from "./keys.ts";
import { returnInspection } from "./returns.ts";

/** Violations that a report lists; it counts them all. */
export const violationsMax = 1_000;
/** Longest time that one inspection may take. */
const inspectionTimeMax = "1h";
/** Memory of one sort or hash in the database; what needs more goes to its disk. */
const workMemory = "64MB";

const inspections: readonly Inspection[] = [
  entryInspection,
  currencyInspection,
  returnInspection,
  holdInspection,
  heldInspection,
  positionInspection,
  namedInspection,
];

/** The names of all that is checked. */
export const invariants: readonly string[] = [
  ...inspections.flatMap(({ rules }) => Object.keys(rules)),
  keyInvariant,
];

export type { Violation };

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
        set_config('enable_nestloop', 'off', true),
        -- The two sides of each row are looked up once.
        set_config('enable_memoize', 'off', true)`);
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
  const keys = await keyViolations(orm, scope, violationsMax);
  return {
    violations: [...violations, ...keys.listed].slice(0, violationsMax),
    violationCount: violationCount + keys.total,
    ...(await counted(orm, scope)),
  };
}

async function counted(orm: Orm, scope: Scope): Promise<{ accounts: number; entries: number }> {
  const [row] = await orm.execute<{ accounts: string; bookings: string }>(sql`
    select (select count(*) from accounts a where ${scope("a")}) as accounts,
      (select count(*) from operations o where ${scope("o")} and to_account_id is not null) as bookings`);
  return { accounts: Number(row?.accounts), entries: 2 * Number(row?.bookings) };
}
