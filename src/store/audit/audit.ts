import { sql } from "drizzle-orm";
import { wholeTableSettings } from "../driver/connections/settings.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { actInspection } from "./acts.ts";
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

export const inspections: readonly Inspection[] = [
  entryInspection,
  currencyInspection,
  returnInspection,
  holdInspection,
  heldInspection,
  positionInspection,
  namedInspection,
  actInspection,
];

/** The names of all that is checked. */
export const invariants: readonly string[] = [
  ...inspections.flatMap(({ rules }) => Object.keys(rules)),
  keyInvariant,
];

export interface AuditReport {
  /** The first `violationsMax` of them. */
  readonly violations: readonly Violation[];
  /** How many there are, also those that are not listed. */
  readonly violationCount: number;
  /** How many accounts and entries were looked at. */
  readonly accounts: number;
  readonly entries: number;
}

/** Is told how much of an audit is done: so many of so many inspections. */
export type AuditProgress = (done: number, total: number) => void;

/** Set with `set local`, which is in force on the nodes of a distributed database, too. */
const settings = {
  ...wholeTableSettings,
  statement_timeout: inspectionTimeMax,
  work_mem: workMemory,
  // Whole tables are joined. A loop over one of them, chosen by old statistics, would not end.
  enable_nestloop: "off",
  // The two sides of each row are looked up once.
  enable_memoize: "off",
};

/**
 * Recomputes the ledger from its entries up. It reads one snapshot, so that nobody has to stop writing; of a distributed
 * database one on each node, and no rule looks further than one organization.
 */
export class Audit {
  constructor(private readonly database: Database) {}

  /** Audits one organization, or without an id all of them. */
  run(
    { orgId, onProgress = () => undefined }: { orgId?: string | undefined; onProgress?: AuditProgress } = {},
    signal?: AbortSignal,
  ): Promise<AuditReport> {
    return this.database.transaction(async (orm) => {
      await orm.execute(sql`set transaction isolation level repeatable read, read only`);
      for (const [name, value] of Object.entries(settings))
        await orm.execute(sql.raw(`set local ${name} = '${value}'`));
      const orgIds = orgId === undefined ? await organizationsOfNodes(orm) : [orgId];
      const total = (orgIds?.length ?? 1) * inspections.length;
      let done = 0;
      const inspected = () => {
        done += 1;
        onProgress(done, total);
      };
      return orgIds === undefined
        ? report(orm, { scope: scopeOf(undefined), inspected })
        : reportEach(orm, orgIds, inspected);
    }, signal);
  }
}

/** The organizations, where no one node has them all. */
async function organizationsOfNodes(orm: Orm): Promise<string[] | undefined> {
  const [row] = await orm.execute<{ is_distributed: boolean }>(
    sql`select to_regclass('pg_catalog.pg_dist_partition') is not null as is_distributed`,
  );
  if (row?.is_distributed !== true) return undefined;
  const rows = await orm.execute<{ id: string }>(sql`select id from organizations order by id`);
  return rows.map(({ id }) => id);
}

/** One after another: a statement about all of them would ask every node, and Citus refuses most of those. */
async function reportEach(orm: Orm, orgIds: readonly string[], inspected: () => void): Promise<AuditReport> {
  const whole = { violations: [] as Violation[], violationCount: 0, accounts: 0, entries: 0 };
  for (const orgId of orgIds) {
    const listedMax = violationsMax - whole.violations.length;
    const one = await report(orm, { scope: scopeOf(orgId), listedMax, inspected });
    whole.violations.push(...one.violations);
    whole.violationCount += one.violationCount;
    whole.accounts += one.accounts;
    whole.entries += one.entries;
  }
  return whole;
}

async function report(
  orm: Orm,
  {
    scope,
    listedMax = violationsMax,
    inspected,
  }: { readonly scope: Scope; readonly listedMax?: number; readonly inspected: () => void },
): Promise<AuditReport> {
  const violations: Violation[] = [];
  let violationCount = 0;
  for (const inspection of inspections) {
    // Even where the list is full, one row says how many more there are.
    const rowsMax = Math.max(listedMax - violations.length, 1);
    const found = await orm.execute<Finding>(findings(inspection, scope, rowsMax));
    violationCount += Number(found[0]?.total ?? 0);
    violations.push(...found.map(({ total: _, ...violation }) => violation));
    inspected();
  }
  const keys = await keyViolations(orm, scope, listedMax);
  return {
    violations: [...violations, ...keys.listed].slice(0, listedMax),
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
