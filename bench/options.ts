import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { programOf } from "./sides/tallystick.ts";

/** What a run measures, and for how long. */
export interface Options {
  /** The folder of a built checkout to compare this one with; empty for none. */
  readonly against: string;
  /** The URL of a database that is loaded as it is, in place of the measures; empty for none. */
  readonly database: string;
  /** How many organizations that load is of. */
  readonly organizations: number;
  /** Names of measures or of what is compared; all where empty. */
  readonly only: readonly string[];
  /** Rounds in which the sides take turns; one more goes before them and is not counted. */
  readonly rounds: number;
  /** How many times both sides of a comparison with another checkout are started anew, each with so many rounds. */
  readonly starts: number;
  /** Of each side in each round. */
  readonly seconds: number;
  /** Entries of the account with a long history. */
  readonly history: number;
  /** Minutes of the soak; none without. */
  readonly soak: number;
  /** Operations in the tables of the larger service, to see what grows with them; none without. */
  readonly growth: number;
  /** Processes by which this checkout serves. */
  readonly workers: number;
  /** The folder that the server writes a CPU profile to when it ends; empty for none. */
  readonly profile: string;
}

const rounds = { alone: 5, against: 3 };

/** What can be measured: alone, and against another checkout. */
interface Names {
  readonly alone: readonly string[];
  readonly against: readonly string[];
}

/** The options as they are given. */
interface Given extends Omit<Options, "rounds" | "soak"> {
  readonly rounds?: number;
  readonly soak: boolean;
  readonly soakMinutes: number;
}

/** What the arguments ask for. `--help`, and what is wrong in them, is printed and ends the process. */
export function readOptions(args: readonly string[], names: Names): Options {
  const { soak, soakMinutes, ...given } = command(names).parse(args, { from: "user" }).opts<Given>();
  const usualRounds = given.against === "" ? rounds.alone : rounds.against;
  return { ...given, rounds: given.rounds ?? usualRounds, soak: soak ? soakMinutes : 0 };
}

function command(names: Names) {
  const some = `some of: ${names.alone.join(", ")}; with --against: ${names.against.join(", ")}`;
  const usual = `default: ${rounds.alone}, with --against ${rounds.against}`;
  return new Command("npm run bench --")
    .description("Measures the service on this machine. Figures are printed, and written to bench/results/.")
    .option("--only <names>", some, split, [])
    .option("--rounds <number>", `rounds in which the sides take turns (${usual})`, above0)
    .option("--starts <number>", "how many times both sides of --against are started anew", above0, 6)
    .option("--seconds <number>", "of each side in each round", above0, 4)
    .option("--history <number>", "entries of the account with a long history", above0, 1_000_000)
    .option("--soak", "also charge for minutes, and watch the server's memory", false)
    .option("--soak-minutes <number>", "how long the soak takes", above0, 10)
    .option("--growth <operations>", "also compare with a service that has so many, 10 an account", above0, 0)
    .option("--against <folder>", "a built checkout to compare this one with", builtCheckout, "")
    .option(
      "--database <url>",
      "load a service on that database instead, and nothing beside it",
      postgresUrl,
      "",
    )
    .option("--organizations <number>", "of the load on --database, each by a client of its own", above0, 8)
    .option("--workers <number>", "processes by which this checkout serves; another one has 1", above0, 1)
    .option("--profile <folder>", "where the server writes a CPU profile when it ends", "");
}

function split(text: string): readonly string[] {
  return text.split(",").filter((name) => name !== "");
}

function above0(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

function postgresUrl(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new InvalidArgumentError("It must be a URL like postgres://user:password@host:5432/database.");
}

function builtCheckout(folder: string): string {
  const path = resolve(folder);
  if (existsSync(join(path, "package.json")) && existsSync(programOf(path))) return path;
  throw new InvalidArgumentError("It must be the folder of a built checkout.");
}
