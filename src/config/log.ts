import { part } from "./part.ts";

/** What is logged, and how. */
export interface LogConfig {
  readonly level: (typeof logLevels)[number];
  readonly format: (typeof logFormats)[number];
  readonly calls: CallRates;
}

/** Of which part of the calls that need no attention there is a record: 0 is none, 1 all. */
export interface CallRates {
  readonly reads: number;
  readonly writes: number;
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const logFormats = ["pretty", "json"] as const;

/** The settings of the log. */
export const logSettings = {
  LOG_LEVEL: {
    default: "info",
    meaning: "The least severe log record that is written.",
    allowed: `one of ${logLevels.join(", ")}`,
    parse: (text: string) => logLevels.find((level) => level === text),
  },
  LOG_FORMAT: {
    default: "pretty when the output is a terminal, json otherwise",
    meaning: "How log records are written.",
    allowed: `one of ${logFormats.join(", ")}`,
    parse: (text: string) => logFormats.find((format) => format === text),
  },
  LOG_READS: {
    default: "0.01",
    meaning:
      "Of which part of the reads that went well there is a log record; of a call that failed there is one.",
    ...part,
  },
  LOG_WRITES: {
    default: "0.1",
    meaning: "The same of all other calls, also of those that the ledger refused, as for want of funds.",
    ...part,
  },
} as const;

type Given = {
  readonly [N in keyof typeof logSettings]: ReturnType<(typeof logSettings)[N]["parse"]>;
};

/** @param isTerminal whether the log goes to a terminal */
export function logConfigOf(given: Given, isTerminal: boolean): LogConfig {
  return {
    level: given.LOG_LEVEL ?? logSettings.LOG_LEVEL.default,
    format: given.LOG_FORMAT ?? (isTerminal ? "pretty" : "json"),
    calls: {
      reads: given.LOG_READS ?? Number(logSettings.LOG_READS.default),
      writes: given.LOG_WRITES ?? Number(logSettings.LOG_WRITES.default),
    },
  };
}
