import postgres, { type Options, type Sql } from "postgres";
import { socketHost } from "../embedded/connection.ts";

const connectSecondsMax = 5;

/** A postgres.js client for a URL; the driver's notices go nowhere. */
export function connect(url: string, options: Options<Record<string, never>>): Sql {
  return postgres(url, {
    ...socketHost(url),
    connect_timeout: connectSecondsMax,
    onnotice: () => undefined,
    ...options,
  });
}
