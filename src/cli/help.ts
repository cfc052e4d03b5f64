import { type Setting, settings } from "../config.ts";
import { clientSettings } from "./remote/settings.ts";

/** What a command ends with. Scripts rest on it: a number that stands here means that and nothing else. */
export const exitCodes = {
  0: "what was asked for is done",
  1: "it was refused, or something is broken: the ledger, a setting of the database, a start",
  2: "it cannot be asked like that: an argument, a setting; of verify and import, that there is no answer",
  3: "the server or the database cannot be reached, or has not answered in time",
} as const;

/** What a command line does, and the line. */
export type Example = readonly [does: string, line: string];

/** The end of a command's help: what each command line does, and the line. */
export function examples(...lines: readonly Example[]): string {
  const texts = lines.map(([does, line]) => `  ${does}:\n    $ ${line}`);
  return `\nExamples:\n${texts.join("\n")}`;
}

/** The end of the program's help. */
export function programHelp(): string {
  const codes = Object.entries(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return [
    examples(
      ["Try it, with a database of its own", "tallystick serve"],
      [
        "Serve from a PostgreSQL of yours",
        "DATABASE_URL=postgres://tallystick@db.internal/tallystick tallystick serve",
      ],
      ["What may a customer spend", "tallystick balance ann@example.com --organization acme"],
    ),
    "\nExit codes:",
    ...codes,
    "\n`tallystick help <command>` explains one, and `tallystick serve --help` lists the settings.",
  ].join("\n");
}

/** Every setting of the service. */
export function settingsHelp(): string {
  return `\nSettings, as environment variables; an empty one counts as unset:\n${described(settings)}`;
}

/** The settings of whoever asks a server. */
export function clientHelp(): string {
  return [
    "\nWithout a server it works on the database of DATABASE_URL, or on the embedded one of TALLYSTICK_DATA_DIR while no",
    "server runs on that. Environment variables:",
    described(clientSettings),
  ].join("\n");
}

function described(some: Readonly<Record<string, Setting<unknown>>>): string {
  const texts = Object.entries(some).map(
    ([name, { default: standing, meaning, allowed }]) =>
      `  ${name}\n    ${meaning}\n    Takes ${allowed}.\n    Default: ${standing}`,
  );
  return texts.join("\n");
}
