import { type Argument, Command, CommanderError, InvalidArgumentError, type Option } from "commander";
import { version } from "../version.ts";
import type { Surrounded } from "./ask.ts";
import { addCompletion } from "./completion-commands.ts";
import { addDatabaseCommands } from "./database-commands.ts";
import { programHelp } from "./help.ts";
import { addLedgerCommands } from "./ledger-commands.ts";
import { exitCodeWithoutAnswer } from "./run.ts";
import { addServiceCommands } from "./service-commands.ts";
import type { Surroundings } from "./surroundings.ts";

/** Does what the arguments ask for, and answers the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = commands({ surroundings, done });
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
function commands(around: Surrounded): Command {
  const { stdout, stderr } = around.surroundings;
  const program = new Command("tallystick")
    .description("Balances, credits, charges and limits on a double-entry ledger in Postgres.")
    .version(version)
    .addHelpText("after", programHelp)
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride();
  addServiceCommands(program, around);
  addLedgerCommands(program, around);
  addDatabaseCommands(program, around);
  addCompletion(program, around);
  return program;
}
