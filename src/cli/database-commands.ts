import type { Command } from "commander";
import { answering, type Surrounded } from "./ask.ts";
import { databaseHelp, embeddedHelp, endingHelp, examples, lookingHelp } from "./help.ts";
import type { ImportFrontierOptions } from "./import-frontier.ts";
import type { Printed } from "./printed.ts";
import { exitCodeWithoutAnswer, runUntilSignal } from "./run.ts";
import { firstSignal } from "./surroundings.ts";
import type { VerifyOptions } from "./verify.ts";

/** The commands that work on a database as a whole: they look at it, copy it, or fill it. */
export function addDatabaseCommands(program: Command, around: Surrounded): void {
  addVerify(program, around);
  addBackup(program, around);
  addRestore(program, around);
  addDoctor(program, around);
  addImport(program, around);
}

function addVerify(program: Command, { surroundings, done }: Surrounded): void {
  program
    .command("verify")
    .description("recompute the ledger from its entries, and exit with 1 if anything is broken")
    .option("--organization <id or name>", "verify one organization and not all")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      examples(
        ["All organizations", "tallystick verify"],
        ["One, for a program", "tallystick verify --organization acme --json"],
      ),
    )
    .addHelpText("after", lookingHelp)
    .addHelpText("after", endingHelp("verify"))
    .action(async (options: VerifyOptions) => {
      const verify = async () => (await import("./verify.ts")).verifyCommand(options, surroundings);
      done(await runUntilSignal(verify, surroundings, exitCodeWithoutAnswer));
    });
}

function addBackup(program: Command, { surroundings, done }: Surrounded): void {
  program
    .command("backup")
    .description("copy the embedded database into a folder, while the service runs or not")
    .argument("<folder>", "made by this, or empty")
    .addHelpText("after", examples(["Every day", "tallystick backup /backups/$(date +%F)"]))
    .addHelpText("after", embeddedHelp)
    .addHelpText("after", endingHelp("backup"))
    .action(async (folder: string) => {
      const backup = async () => (await import("./backup.ts")).backupCommand(folder, surroundings);
      done(await runUntilSignal(backup, surroundings));
    });
}

function addRestore(program: Command, { surroundings, done }: Surrounded): void {
  program
    .command("restore")
    .description(
      "put a backup into an empty TALLYSTICK_DATA_DIR, verify it, and exit with 1 if anything is broken",
    )
    .argument("<folder>", "what `tallystick backup` has made")
    .addHelpText(
      "after",
      examples(
        ["Where TALLYSTICK_DATA_DIR was lost", "tallystick restore /backups/2026-11-26"],
        ["Beside what is there", "TALLYSTICK_DATA_DIR=restored tallystick restore /backups/2026-11-26"],
      ),
    )
    .addHelpText("after", embeddedHelp)
    .addHelpText("after", endingHelp("restore"))
    .action(async (folder: string) => {
      const restore = async () => (await import("./backup.ts")).restoreCommand(folder, surroundings);
      done(await runUntilSignal(restore, surroundings));
    });
}

function addDoctor(program: Command, { surroundings, done }: Surrounded): void {
  program
    .command("doctor")
    .description("examine the database, say what hurts and what to do, and exit with 1 if anything fails")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      examples(
        ["The database of DATABASE_URL, or the embedded one", "tallystick doctor"],
        ["Before a deployment", "tallystick doctor --json > findings.json || exit 1"],
      ),
    )
    .addHelpText("after", lookingHelp)
    .addHelpText("after", endingHelp("doctor"))
    .action(async (options: Printed) => {
      const examine = async () => (await import("./doctor/doctor.ts")).doctorCommand(options, surroundings);
      const signalled = firstSignal(surroundings).then(() => 1);
      done(await Promise.race([signalled, answering(surroundings, examine)]));
    });
}

function addImport(program: Command, { surroundings, done }: Surrounded): void {
  program
    .command("import")
    .description("bring the books of another system into the ledger")
    .command("frontier")
    .description(
      "import organizations, billing accounts and credits, and exit with 1 if anything is left out",
    )
    .requiredOption("--from <postgres url>", "the database of the Frontier, which is only read")
    .option("--dry-run", "print what would be imported, and write nothing")
    .addHelpText(
      "after",
      examples([
        "Look first",
        "tallystick import frontier --from postgres://reader@db.internal/frontier --dry-run",
      ]),
    )
    .addHelpText("after", databaseHelp)
    .addHelpText("after", endingHelp("import frontier"))
    .action(async (options: ImportFrontierOptions) => {
      const load = () => import("./import-frontier.ts");
      const importFrontier = async () => (await load()).importFrontierCommand(options, surroundings);
      done(await runUntilSignal(importFrontier, surroundings, exitCodeWithoutAnswer));
    });
}
