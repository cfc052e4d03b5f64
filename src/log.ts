import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config.ts";

/** The log, on standard error, whose descriptor is given: standard output belongs to what a person asked to see. */
export function createLog({ level, format }: Config["log"], stderr: number): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (format === "json") return pino(options, pino.destination({ dest: stderr, sync: true }));
  return pino(options, pretty({ destination: stderr, sync: true, translateTime: "SYS:HH:MM:ss.l" }));
}
