import type { Command } from "commander";
import type { Surrounded } from "./ask.ts";
import { databaseHelp, endingHelp, examples, settingsHelp } from "./help.ts";
import type { MigrateOptions } from "./migrate.ts";
import { run, runUntilSignal } from "./run.ts";

/** The commands that serve, and that make ready for it. */
export function addServiceCommands(program: Command, around: Surrounded): void {
  addServe(program, around);
  addWorker(program, around);
  addMigrate(program, around);
}

function addServe(program: Command, { surroundings, done }: Surrounded): void {
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
}

function addWorker(program: Command, { surroundings, done }: Surrounded): void {
  program.command("worker", { hidden: true }).action(async () => {
    const work = async () => (await import("./serve/worker.ts")).workerCommand(surroundings);
    done(await run(work, surroundings));
  });
}

function addMigrate(program: Command, { surroundings, done }: Surrounded): void {
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
}
