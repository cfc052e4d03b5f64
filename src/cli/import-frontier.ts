import { ConfigError } from "../config/config-error.ts";
import { readConfig, settings } from "../config.ts";
import { startupFailure } from "../startup-failure.ts";
import { openDatabase } from "../store/driver/database.ts";
import { isUndefinedTable } from "../store/driver/errors.ts";
import { requireMigrated } from "../store/driver/migrate.ts";
import { type ImportOptions, importFrontier } from "../tools/frontier-import/frontier.ts";
import { readFrontier } from "../tools/frontier-import/reading/database.ts";
import { FrontierFailure } from "../tools/frontier-import/reading/failure.ts";
import {
  type ImportReport,
  type Progress,
  type Remark,
  type Remarks,
  remarksMax,
} from "../tools/frontier-import/report.ts";
import { withDatabase } from "./database.ts";
import { type Place, ProgressDisplay } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { visible } from "./visible.ts";

export interface ImportFrontierOptions {
  /** URL of the database to read. */
  readonly from: string;
  readonly dryRun?: boolean;
}

/**
 * Imports a Frontier's database into the one of the settings, and prints what came of it. The exit code is 1 where
 * something could not be imported.
 */
export async function importFrontierCommand(
  { from, dryRun = false }: ImportFrontierOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { env, stdout } = surroundings;
  if (settings.DATABASE_URL.parse(from) === undefined)
    throw new ConfigError(`--from must be ${settings.DATABASE_URL.allowed}.`);
  const display = new ProgressDisplay(surroundings);
  const onProgress = (progress: Progress) => display.show(placeOf(progress));
  const report = await withDatabase(readConfig(env).database, ({ url }) =>
    importInto(url, from, { dryRun, onProgress }),
  ).finally(() => display.end());
  stdout.write(textOf(report, dryRun));
  return report.refused.count === 0 ? 0 : 1;
}

async function importInto(url: string, from: string, options: ImportOptions): Promise<ImportReport> {
  const database = openDatabase(url);
  try {
    await requireMigrated(database);
    return await readFrontier(from, (frontier) => importFrontier(frontier, database, options));
  } catch (error) {
    throw error instanceof FrontierFailure ? new ConfigError(failureOf(error)) : error;
  } finally {
    await database.close();
  }
}

function failureOf({ cause }: FrontierFailure): string {
  const failure = startupFailure(cause).replace(/^DATABASE_URL/, "--from");
  return isUndefinedTable(cause) ? `${failure} It is no database of a Frontier.` : failure;
}

function placeOf({ organizations, organizationsTotal, transactions, transactionsTotal }: Progress): Place {
  const says = `${organizations} of ${organizationsTotal} organizations, ${transactions} of ${transactionsTotal} transactions`;
  return { done: transactions, total: transactionsTotal, says };
}

function textOf(
  { organizations, accounts, transactions, balances, refused, noted }: ImportReport,
  dryRun: boolean,
) {
  const { credit, charge, refund, present, empty, redated } = transactions;
  const lines = [
    ...linesOf("Not imported", refused),
    ...linesOf("Note", noted),
    `${dryRun ? "Would import" : "Imported"}: ${organizations.created} organizations, ${accounts.created} billing accounts, ` +
      `${credit + charge + refund} transactions (${credit} credits, ${charge} charges, ${refund} refunds).`,
    `Here already: ${organizations.present} organizations, ${accounts.present} billing accounts, ${present} transactions; ` +
      `${accounts.updated} billing accounts ${dryRun ? "would be " : ""}updated.`,
    `Otherwise than there: ${empty} transactions of amount 0 left out, ${redated} under a later or an earlier time.`,
  ];
  if (!dryRun)
    lines.push(
      `Checked: ${balances.equal} balances equal Frontier's, ${balances.movedOn} but for what was booked here.`,
    );
  lines.push(`${refused.count} could not be imported.`);
  return `${lines.map(visible).join("\n")}\n`;
}

function linesOf(heading: string, remarks: Remarks): string[] {
  const line = ({ about, id, says }: Remark) => `${heading}: ${about} ${id} ${says}.`;
  const more = remarks.count - remarks.list.length;
  return [
    ...remarks.list.map(line),
    ...(more > 0 ? [`${heading}: ${more} more; the first ${remarksMax} are listed.`] : []),
  ];
}
