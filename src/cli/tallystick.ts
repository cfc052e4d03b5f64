#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { ImportFrontierOptions } from "./import-frontier.ts";
import { exitOnSignals, run } from "./run.ts";
import type { VerifyOptions } from "./verify.ts";

/** As grep has it: 0 and 1 are answers, and 2 says that there is none. */
const exitCodeWithoutAnswer = 2;

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"));
// Each command loads its own modules: the service's take half a second, and only one command needs them, once its
// settings are in order.
const program = new Command("tallystick")
  .description("Balances, credits, charges and limits on a double-entry ledger in Postgres.")
  .version(version)
  .addHelpText("after", "\nSettings are environment variables: docs/operating.md lists them.")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodeWithoutAnswer));

program
  .command("serve")
  .description("start the service, until a signal ends it")
  // At its prompt zsh hands over what begins with # as arguments.
  .allowExcessArguments()
  .action(() =>
    run(async () => {
      const { readConfig } = await import("../config.ts");
      const config = readConfig(process.env);
      return (await import("./serve.ts")).serveCommand(config);
    }),
  );

program
  .command("migrate")
  .description("bring the database up to date, as a start of the service does")
  .action(() => {
    exitOnSignals(1);
    return run(async () => (await import("./migrate.ts")).migrateCommand());
  });

program
  .command("verify")
  .description("recompute the ledger from its entries, and exit with 1 if anything is broken")
  .option("--organization <id or name>", "verify one organization and not all")
  .option("--json", "print the report as JSON")
  .action((options: VerifyOptions) => {
    exitOnSignals(exitCodeWithoutAnswer);
    return run(async () => (await import("./verify.ts")).verifyCommand(options), exitCodeWithoutAnswer);
  });

program
  .command("import")
  .description("bring the books of another system into the ledger")
  .command("frontier")
  .description("import organizations, billing accounts and credits, and exit with 1 if anything is left out")
  .requiredOption("--from <postgres url>", "the database of the Frontier, which is only read")
  .option("--dry-run", "print what would be imported, and write nothing")
  .action((options: ImportFrontierOptions) => {
    exitOnSignals(exitCodeWithoutAnswer);
    return run(
      async () => (await import("./import-frontier.ts")).importFrontierCommand(options),
      exitCodeWithoutAnswer,
    );
  });

program.parse();
