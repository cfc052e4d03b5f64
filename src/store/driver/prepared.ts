import type { Sql } from "postgres";
import { type DriverQuery, untilAborted } from "./until-aborted.ts";
import { wholeAnswer } from "./whole-answer.ts";

/**
 * The part of a postgres.js client that Drizzle uses, with habits of ours: statements are prepared, which spares a
 * round trip each time but the first, a query ends when the signal aborts, and answers are whole.
 */
export function prepared(client: Pick<Sql, "options" | "unsafe">, signal?: AbortSignal): Sql {
  const unsafe = (query: string, parameters: never[]) => {
    signal?.throwIfAborted();
    const pending = client.unsafe(query, parameters, { prepare: true });
    const run = <A extends unknown[]>(started: Promise<A>) => {
      const whole = started.then(wholeAnswer);
      return signal === undefined ? whole : untilAborted(whole, pending as unknown as DriverQuery, signal);
    };
    return {
      values: () => run(pending.values()),
      // biome-ignore lint/suspicious/noThenProperty: a postgres.js query is a promise that starts when it is awaited.
      then: (...handlers: Parameters<Promise<unknown>["then"]>) => run(pending).then(...handlers),
    };
  };
  return { options: client.options, unsafe } as unknown as Sql;
}
