import { type Setting, settings } from "../config.ts";
import { clientSettings } from "./remote/settings.ts";

/** What a command ends with. Scripts rest on it: a number that stands here means that and nothing else. */
export const exitCodes = {
  0: "what was asked for is done",
  1: "it was refused, or something is broken: the ledger, a setting of the database, a start",
  2: "it cannot be asked like that: an argument, a setting; of verify and import, that there is no answer",
  3: "the server or the database cannot be reached, or has not answered in time",
} as const;

type ExitCode = keyof typeof exitCodes;

/** What single commands end with, where that says more than all have in common. */
export const endings = {
  serve: {
    0: "a signal ended it, and what it had accepted is answered",
    1: "it could not start, or something that it needs is gone",
  },
  migrate: { 0: "the database is up to date", 1: "it is not" },
  verify: {
    0: "the ledger is whole",
    1: "something is broken",
    2: "there is no answer: it could not be read, or a signal came",
  },
  backup: { 0: "the copy is whole", 1: "there is none" },
  restore: { 0: "what was backed up is there, and whole", 1: "it is not, or something in it is broken" },
  doctor: {
    0: "nothing fails, though it may be worth a look",
    1: "something fails",
    2: exitCodes[2],
    3: exitCodes[3],
  },
  "import frontier": {
    0: "all of it is in the ledger",
    1: "something could not be imported",
    2: "there is no answer: it could not be read, or a signal came",
  },
  watch: { ...exitCodes, 0: "a signal ended it, or with --once nothing is new" },
  completion: { 0: "the script is printed", 2: exitCodes[2] },
  others: exitCodes,
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<ExitCode, string>>>>>;

/** What a command ends with, in its help. */
export function endingHelp(of: keyof typeof endings): string {
  const codes = Object.entries(endings[of]).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ["\nExit codes:", ...codes].join("\n");
}

/** The help of what asks no server. */
export const databaseHelp =
  "\nIt works on the database of DATABASE_URL, or on the embedded one of TALLYSTICK_DATA_DIR while no server runs on that, and asks no\nserver, whatever TALLYSTICK_SERVER says.";

/** The help of what also changes nothing. */
export const lookingHelp =
  "\nIt looks at the database of DATABASE_URL, or at the embedded one of TALLYSTICK_DATA_DIR, beside a server that runs on it or without\none, and asks no server, whatever TALLYSTICK_SERVER says.";

/** The help of what is for the embedded database alone. */
export const embeddedHelp =
  "\nIt is for the embedded database of TALLYSTICK_DATA_DIR; DATABASE_URL has to be unset.";

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
    "\nIt asks the first of these that is given: the server of --server, that of TALLYSTICK_SERVER, the database of",
    "DATABASE_URL, the embedded one of TALLYSTICK_DATA_DIR while no server runs on that. Environment variables:",
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
