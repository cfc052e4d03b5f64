import { type Command, Option } from "commander";
import { ask, type Surrounded } from "./ask.ts";
import { asking, organizationFlag, reaching, requireOrganization, withPeriod } from "./asking.ts";
import type { ExportOptions } from "./export.ts";
import type { LedgerOptions } from "./remote/ledger.ts";
import type { StatementOptions } from "./statement.ts";

/** The commands that write what is meant for a file. */
export function addWritingCommands(program: Command, around: Surrounded): void {
  addExport(program, around);
  addStatement(program, around);
}

function addExport(program: Command, around: Surrounded): void {
  withPeriod(
    asking(
      program,
      "export",
      "write the entries of a period, oldest first; with --json what is said of them is JSON",
      [
        "A month",
        "tallystick export --organization acme --from 2026-11-01 --to 2026-12-01 > november.ndjson",
      ],
      ["For a spreadsheet", "tallystick export --organization acme --format csv > entries.csv"],
      [
        "What one customer paid in dollars",
        "tallystick export --organization acme --customer ann@example.com --currency USD > ann.ndjson",
      ],
    )
      .option(organizationFlag, "whose entries")
      .hook("preAction", requireOrganization)
      .option("--customer <id or email>", "those of one customer")
      .option("--counter-account <name>", "those of a counter-account, such as revenue")
      .option("--currency <code>", "those in one currency"),
  )
    .addOption(new Option("--format <format>", "of the lines").choices(["ndjson", "csv"]).default("ndjson"))
    .action((options: ExportOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => {
        const { exportEntries } = await import("./export.ts");
        await exportEntries(ledger, options, around.surroundings);
        return "";
      }),
    );
}

function addStatement(program: Command, around: Surrounded): void {
  withPeriod(
    reaching(
      program,
      "statement <customer>",
      "write what happened to a customer's balance in a period, by id or email, as CSV or as HTML to print",
      [
        "A month, to print",
        "tallystick statement ann@example.com --organization acme --from 2026-11-01 --to 2026-12-01 --format html > november.html",
      ],
      [
        "For a spreadsheet",
        "tallystick statement ann@example.com --organization acme --currency USD > ann.csv",
      ],
    )
      .option(organizationFlag, "whose customer it is")
      .hook("preAction", requireOrganization)
      .option("--currency <code>", "in which currency", "VC"),
  )
    .addOption(new Option("--format <format>", "of the document").choices(["csv", "html"]).default("csv"))
    .action((customer: string, options: StatementOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => {
        const { writeStatement } = await import("./statement.ts");
        await writeStatement(ledger, customer, options, around.surroundings);
        return "";
      }),
    );
}
