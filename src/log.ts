import pino, { type DestinationStream, type Logger, type LoggerOptions } from "pino";
import pretty from "pino-pretty";
import type { LogConfig } from "./config/log.ts";
import { loggedError } from "./errors/logged-error.ts";

/** Less than is written at once, whatever is gathered. */
const gatheredBytesMax = 16_000;

/** The log, on standard error, whose descriptor is given: standard output belongs to what a person asked to see. */
export function createLog({ level, format }: Pick<LogConfig, "level" | "format">, stderr: number): Logger {
  return pino(logOptions(level), format === "json" ? gathered(stderr) : readable(stderr));
}

/** What holds of every log, wherever it goes. */
export function logOptions(level: LogConfig["level"]): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => loggedError(error) },
  };
}

function readable(descriptor: number): DestinationStream {
  return pretty({ destination: descriptor, sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l" });
}

/**
 * Writes what a turn of the event loop has logged at its end, at once: under load that is a line for each of many calls. Of a
 * process that ends by itself, in whatever way, nothing is lost.
 */
function gathered(descriptor: number): DestinationStream {
  const file = pino.destination({ dest: descriptor, sync: true, minLength: gatheredBytesMax });
  let isDue = false;
  const flush = () => {
    isDue = false;
    process.off("exit", flush);
    file.flushSync();
  };
  return {
    write(line) {
      file.write(line);
      if (isDue) return;
      isDue = true;
      process.once("exit", flush);
      setImmediate(flush);
    },
  };
}
