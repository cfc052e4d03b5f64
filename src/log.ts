import pino, { type DestinationStream, type Logger, type LoggerOptions } from "pino";
import pretty from "pino-pretty";
import type { LogConfig } from "./config/log.ts";
import { loggedError } from "./errors/logged-error.ts";
import { wholeLines } from "./whole-lines.ts";

/** The log, on standard error, whose descriptor is given: standard output belongs to what a person asked to see. */
export function createLog({ level, format }: Pick<LogConfig, "level" | "format">, stderr: number): Logger {
  const lost = (count: number) => log.warn({ count }, "log records could not be written, and are lost");
  const log: Logger = pino(logOptions(level), format === "json" ? gathered(stderr, lost) : readable(stderr));
  return log;
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
 * process that ends by itself, in whatever way, nothing is lost. What cannot be written, as on a full disk, is lost, and `onLost` hears
 * how much it was once there is room again: what is served goes on.
 */
function gathered(descriptor: number, onLost: (count: number) => void): DestinationStream {
  const file = pino.destination({ dest: descriptor, sync: true });
  let isStuck = false;
  file.on("error", () => {
    isStuck = true;
  });
  file.on("write", () => {
    isStuck = false;
  });
  let lines: string[] = [];
  let lost = 0;
  const flush = () => {
    process.off("exit", flush);
    const pieces = wholeLines(lines);
    lines = [];
    // The file has kept a piece, or the rest of one, and tries that again.
    if (isStuck) file.write("");
    for (const piece of pieces) {
      if (isStuck) lost += linesIn(piece);
      else file.write(piece);
    }
    if (isStuck || lost === 0) return;
    onLost(lost);
    lost = 0;
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

function linesIn(piece: string): number {
  return piece.split("\n").length - 1;
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
