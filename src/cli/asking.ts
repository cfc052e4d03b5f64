import type { Command } from "commander";
import { countArgument, timeArgument } from "./arguments.ts";
import { clientHelp, type Example, endingHelp, examples } from "./help.ts";
import type { Period } from "./period.ts";

export const organizationFlag = "--organization <id or name>";

/** A command that asks a ledger, with the options that say which. */
export function asking(
  parent: Command,
  usage: string,
  description: string,
  ...lines: readonly Example[]
): Command {
  return reaching(parent, usage, description, ...lines).option("--json", "print JSON");
}

/** The same of a command whose answer has a form of its own. */
export function reaching(
  parent: Command,
  usage: string,
  description: string,
  ...lines: readonly Example[]
): Command {
  return parent
    .command(usage)
    .description(description)
    .option("--server <url>", "ask this server, such as http://127.0.0.1:7400, and not a database")
    .option("--credential-file <path>", "the credential for it, as JSON")
    .addHelpText("after", examples(...lines))
    .addHelpText("after", endingHelp(usage === "watch" ? usage : "others"))
    .addHelpText("after", clientHelp);
}

const rowsDefault = 100;

/** A command that lists what belongs to an organization, up to a limit. */
export function listing(
  parent: Command,
  description: string,
  whose: string,
  ...lines: readonly Example[]
): Command {
  return asking(parent, "list", description, ...lines)
    .option(organizationFlag, whose)
    .hook("preAction", requireOrganization)
    .option("--limit <count>", "how many at most, up to 10000", countArgument, rowsDefault);
}

/** Gives a command the options of a period. */
export function withPeriod(command: Command): Command {
  return command
    .option("--from <time>", "at or after; from the beginning without it", timeArgument)
    .option("--to <time>", "before; now without it", timeArgument)
    .hook("preAction", requireOrder);
}

function requireOrder(command: Command): void {
  const { from, to } = command.opts<Period>();
  if (from !== undefined && to !== undefined && to < from) command.error("error: --to is before --from");
}

/** Not a required option of commander's, which would say so before it says which option is misspelled. */
export function requireOrganization(command: Command): void {
  if (command.opts()["organization"] === undefined)
    command.error(`error: required option '${organizationFlag}' not specified`);
}
