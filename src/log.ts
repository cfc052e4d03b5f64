import pino, { type DestinationStream, type Logger, type LoggerOptions } from "pino";
import pretty from "pino-pretty";
import type { LogConfig } from "./config/log.ts";
import { loggedError } from "./errors/logged-error.ts";
import { wholeLines } from "./whole-lines.ts";

/** The log, on standard error, whose descriptor is given: standard output belongs to what a person asked to see. */
export function createLog({ level, format }: Pick<LogConfig, "level" | "format">, stderr: number): Logger {
  return pino(logOptions(level), format === "json" ? gathered(stderr) : readable(stderr));
}

/** What holds of every log, wherever it goes. */
export function logOptions(level: LogConfig["level"]): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: isoTime(),
    serializers: { err: (error: unknown) => loggedError(error) },
  };
}

function readable(descriptor: number): DestinationStream {
  return pretty({ destination: descriptor, sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l" });
}

/**
 * Writes what a turn of the event loop has logged at its end, in few pieces: under load that is a line for each of many calls. Of a
 * process that ends by itself, in whatever way, nothing is lost.
 */
function gathered(descriptor: number): DestinationStream {
  const file = pino.destination({ dest: descriptor, sync: true });
  let lines: string[] = [];
  const flush = () => {
    process.off("exit", flush);
    for (const piece of wholeLines(lines)) file.write(piece);
    lines = [];
  };
  return {
    write(line) {
      if (lines.length === 0) {
        process.once("exit", flush);
        setImmediate(flush);
      }
      lines.push(line);
    },
  };
}

/** The time as ISO 8601 has it, made anew once a millisecond. */
function isoTime(): () => string {
  let lastMs = Number.NaN;
  let text = "";
  return () => {
    const nowMs = Date.now();
    if (nowMs !== lastMs) text = `,"time":"${new Date(nowMs).toISOString()}"`;
    lastMs = nowMs;
    return text;
  };
}
