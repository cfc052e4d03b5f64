import { type Argument, Command, CommanderError, InvalidArgumentError, type Option } from "commander";
import { version } from "../version.ts";
import { answering } from "./ask.ts";
import { addCompletion } from "./completion-commands.ts";
import {
  databaseHelp,
  embeddedHelp,
  endingHelp,
  examples,
  lookingHelp,
  programHelp,
  settingsHelp,
} from "./help.ts";
import type { ImportFrontierOptions } from "./import-frontier.ts";
import { addLedgerCommands } from "./ledger-commands.ts";
import type { MigrateOptions } from "./migrate.ts";
import type { Printed } from "./printed.ts";
import { run, runUntilSignal } from "./run.ts";
import { firstSignal, type Surroundings } from "./surroundings.ts";
import type { VerifyOptions } from "./verify.ts";

/** As grep has it: 0 and 1 are answers, and 2 says that there is none. */
const exitCodeWithoutAnswer = 2;

/** Does what the arguments ask for, and answers the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0;
  const program = commands(surroundings, (code) => {
    exitCode = code;
  });
  refuseEmptyValues(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : exitCodeWithoutAnswer;
  }
  return exitCode;
}

/**
 * Of every option and every required argument of every command: a variable of a script that is not set would be no value, and
 * mean anything, such as a customer without a name.
 */
function refuseEmptyValues(command: Command): void {
  for (const option of command.options)
    if (option.required || option.optional)
      refuseEmpty(option, "It must not be empty: leave the option out.");
  for (const argument of command.registeredArguments)
    if (argument.required) refuseEmpty(argument, "It must not be empty.");
  for (const each of command.commands) refuseEmptyValues(each);
}

function refuseEmpty(taking: Option | Argument, why: string): void {
  const { parseArg } = taking;
  taking.argParser((text: string, previous: unknown) => {
    if (text === "") throw new InvalidArgumentError(why);
    return parseArg === undefined ? text : parseArg(text, previous);
  });
}

// Each command loads its own modules: the service's take half a second, and only one command needs them, once its
// settings are in order.
function commands(surroundings: Surroundings, done: (exitCode: number) => void): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command("tallystick")
    .description("Balances, credits, charges and limits on a double-entry ledger in Postgres.")
    .version(version)
    .addHelpText("after", programHelp)
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride();

  program
    .command("serve")
    .description("start the service, until a signal ends it")
    // At its prompt zsh hands over what begins with # as arguments.
    .allowExcessArguments()
    .addHelpText(
      "after",
      examples(
        ["With a database of its own, made in .tallystick", "tallystick serve"],
        ["On another port, in JSON lines", "PORT=8080 LOG_FORMAT=json tallystick serve"],
      ),
    )
    .addHelpText("after", endingHelp("serve"))
    .addHelpText("after", settingsHelp)
    .action(async () => {
      const serve = async () => {
        const { readConfig } = await import("../config.ts");
        const config = readConfig(surroundings.env);
        return (await import("./serve/serve.ts")).serveCommand(config, surroundings);
      };
      done(await run(serve, surroundings));
    });

  program.command("worker", { hidden: true }).action(async () => {
    const work = async () => (await import("./serve/worker.ts")).workerCommand(surroundings);
    done(await run(work, surroundings));
  });

  program
    .command("migrate")
    .description("bring the database up to date, as a start of the service does")
    .option("--distribute", "also spread its tables over the nodes of its Citus")
    .option("--grant-to <role>", "also give a role what serving needs, and no more")
    .addHelpText(
      "after",
      examples(
        ["The database of DATABASE_URL, or the embedded one", "tallystick migrate"],
        ["The coordinator of a Citus", "tallystick migrate --distribute"],
        [
          "As the owner, for a role that serves and cannot change the journal",
          "tallystick migrate --grant-to serving",
        ],
      ),
    )
    .addHelpText("after", databaseHelp)
    .addHelpText("after", endingHelp("migrate"))
    .action(async (options: MigrateOptions) => {
      const migrate = async () => (await import("./migrate.ts")).migrateCommand(options, surroundings);
      done(await runUntilSignal(migrate, surroundings));
    });

  addLedgerCommands(program, { surroundings, done });

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

  addCompletion(program, { surroundings, done });

  return program;
}
