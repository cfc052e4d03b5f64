import postgres, { type Options, type Sql } from "postgres";
import { socketHost } from "../../embedded/connection.ts";

const connectSecondsMax = 5;

/** A postgres.js client for a URL; the driver's notices go nowhere. */
export function connect(url: string, options: Options<Record<string, never>>): Sql {
  return postgres(url, {
    ...socketHost(url),
    connect_timeout: connectSecondsMax,
    onnotice: () => undefined,
    // Where a connection ends while the driver asks it for the types, nobody hears the error and the process ends.
    fetch_types: false,
    ...options,
  });
}

/**
 * Waits for the first answer. The driver itself would try again for ever where something listens that closes every
 * connection, as a proxy without a database behind it does.
 *
 * @throws an error with the driver's code CONNECT_TIMEOUT
 */
export async function untilAnswered(connection: Sql, secondsMax: number): Promise<void> {
  let patience: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const error = new Error("what listens there does not answer like PostgreSQL");
    patience = setTimeout(reject, secondsMax * 1000, Object.assign(error, { code: "CONNECT_TIMEOUT" }));
  });
  try {
    await Promise.race([connection`select 1`, timeout]);
  } finally {
    clearTimeout(patience);
  }
}
