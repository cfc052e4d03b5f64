import type { Sql } from "postgres";
import { type DriverQuery, untilAborted } from "./until-aborted.ts";

/**
 * The part of a postgres.js client that Drizzle uses, with two habits of ours: statements are prepared, which spares
 * a round trip each time but the first, and a query ends when the signal aborts.
 */
export function prepared(client: Pick<Sql, "options" | "unsafe">, signal?: AbortSignal): Sql {
  const unsafe = (query: string, parameters: never[]) => {
    signal?.throwIfAborted();
    const pending = client.unsafe(query, parameters, { prepare: true });
    const run = <T>(started: Promise<T>) =>
      signal === undefined ? started : untilAborted(started, pending as unknown as DriverQuery, signal);
    return {
      values: () => run(pending.values()),
      // biome-ignore lint/suspicious/noThenProperty: a postgres.js query is a promise that starts when it is awaited.
      then: (...handlers: Parameters<Promise<unknown>["then"]>) => run(pending).then(...handlers),
    };
  };
  return { options: client.options, unsafe } as unknown as Sql;
}
