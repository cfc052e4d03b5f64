import { readConfig } from "../config.ts";
import { Audit, type AuditProgress, type AuditReport } from "../store/audit/audit.ts";
import type { Violation } from "../store/audit/inspection.ts";
import { openDatabase } from "../store/driver/database.ts";
import { requireMigrated } from "../store/driver/migrate.ts";
import { withDatabaseAsItIs } from "./database.ts";
import { organizationIdOf } from "./organization.ts";
import { ProgressDisplay } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { visible, visibleJson } from "./visible.ts";

export interface VerifyOptions {
  /** Id or name; all of them without it. */
  readonly organization?: string;
  readonly json?: true;
}

/** Audits the database of the settings and prints what is broken. The exit code is 1 where anything is. */
export async function verifyCommand(options: VerifyOptions, surroundings: Surroundings): Promise<number> {
  const { env, stdout } = surroundings;
  const report = await withDatabaseAsItIs(readConfig(env).database, (url) =>
    audit(url, options, surroundings),
  );
  stdout.write(options.json ? `${visibleJson(JSON.stringify(report, null, 2))}\n` : textOf(report));
  return report.violationCount === 0 ? 0 : 1;
}

/** What an audit finds in a database; how far it has come is shown. */
export async function audit(
  url: string,
  { organization }: VerifyOptions,
  surroundings: Surroundings,
): Promise<AuditReport> {
  const database = openDatabase(url);
  const display = new ProgressDisplay(surroundings);
  const onProgress: AuditProgress = (done, total) =>
    display.show({ done, total, says: `${done} of ${total} inspections` });
  try {
    await requireMigrated(database);
    const orgId = organization === undefined ? undefined : await organizationIdOf(database, organization);
    return await new Audit(database).run({ orgId, onProgress });
  } finally {
    display.end();
    await database.close();
  }
}

/** A line for each violation, and what was looked at. */
export function textOf({ violations, violationCount, accounts, entries }: AuditReport): string {
  const lines = violations.map(lineOf).map(visible);
  const listed =
    violations.length < violationCount ? `, of which the first ${violations.length} are listed` : "";
  const found = violationCount === 1 ? "1 violation" : `${violationCount || "no"} violations`;
  lines.push(`Verified: ${entries} entries of ${accounts} accounts; ${found}${listed}.`);
  return `${lines.join("\n")}\n`;
}

function lineOf({ invariant, orgId, accountId, transferId, description }: Violation): string {
  const account = accountId === null ? "" : ` account ${accountId}`;
  const transfer = transferId === null ? "" : ` transfer ${transferId}`;
  return `${invariant} organization ${orgId}${account}${transfer}: ${description}`;
}
