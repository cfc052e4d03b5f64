import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { programOf } from "./sides/tallystick.ts";

/** What a run measures, and for how long. */
export interface Options {
  /** The folder of a built checkout to compare this one with; empty for none. */
  readonly against: string;
  /** Names of measures or of what is compared; all where empty. */
  readonly only: readonly string[];
  /** Rounds in which the sides take turns; one more goes before them and is not counted. */
  readonly rounds: number;
  /** Of each side in each round. */
  readonly seconds: number;
  /** Entries of the account with a long history. */
  readonly history: number;
  /** Minutes of the soak; none without. */
  readonly soak: number;
  /** The folder that the server writes a CPU profile to when it ends; empty for none. */
  readonly profile: string;
}

const rounds = { alone: "5", against: "9" };

/** @throws TypeError for an option that does not exist, and an Error for one that is no number */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      against: { type: "string", default: "" },
      only: { type: "string", default: "" },
      rounds: { type: "string" },
      seconds: { type: "string", default: "4" },
      history: { type: "string", default: "1000000" },
      soak: { type: "boolean", default: false },
      "soak-minutes": { type: "string", default: "10" },
      profile: { type: "string", default: "" },
    },
  });
  const { against } = values;
  return {
    against: against === "" ? "" : builtCheckout(against),
    only: values.only.split(",").filter((name) => name !== ""),
    rounds: above0("rounds", values.rounds ?? (against === "" ? rounds.alone : rounds.against)),
    seconds: above0("seconds", values.seconds),
    history: above0("history", values.history),
    soak: values.soak ? above0("soak-minutes", values["soak-minutes"]) : 0,
    profile: values.profile,
  };
}

function above0(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not ${JSON.stringify(text)}`);
  return value;
}

function builtCheckout(folder: string): string {
  const path = resolve(folder);
  if (existsSync(join(path, "package.json")) && existsSync(programOf(path))) return path;
  throw new Error(`--against must be the folder of a built checkout, not ${JSON.stringify(folder)}`);
}
