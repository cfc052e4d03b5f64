import type { Sql } from "postgres";
import { noteLeft } from "../../../bounds/left-work.ts";
import { cancel } from "./cancel.ts";
import type { DriverQuery } from "./driver-query.ts";
import { untilAborted } from "./until-aborted.ts";
import { wholeAnswer } from "./whole-answer.ts";

/** Sends a query. */
export type Ask = (text: string, parameters: readonly unknown[]) => DriverQuery;
/** Gives work a connection to ask on. */
export type Asking = <T>(work: (ask: Ask) => Promise<T>) => Promise<T>;

/** Drizzle changes those of the client that it gets. They are the same for all, so a session's own have been changed. */
const options = { parsers: {}, serializers: {} };

/**
 * The part of a postgres.js client that Drizzle uses, with habits of ours: statements are prepared, which spares a
 * round trip each time but the first, a query ends when the signal aborts, and answers are whole. Where a `turn` is given an
 * answer is handed over when that says.
 */
export function prepared(
  asking: Asking,
  signal?: AbortSignal,
  turn: (rows: number, signal?: AbortSignal) => Promise<void> | undefined = () => undefined,
): Sql {
  const unsafe = (text: string, parameters: readonly unknown[]) => {
    const run = (answerOf: (query: DriverQuery) => PromiseLike<unknown[]>) => {
      let query: DriverQuery | undefined;
      let cancelling: Promise<void> | undefined;
      const answer = asking(async (ask) => {
        signal?.throwIfAborted();
        query = ask(text, parameters);
        try {
          const rows = wholeAnswer(await answerOf(query));
          const waiting = turn(rows.length, signal);
          if (waiting !== undefined) await waiting;
          return rows;
        } finally {
          // A request that is on its way yet would hit whoever got the connection next.
          if (cancelling !== undefined) await cancelling;
        }
      });
      if (signal === undefined) return answer;
      return untilAborted(answer, signal, () => {
        if (query === undefined) return;
        noteLeft(signal, answer);
        cancelling = cancel(query);
      });
    };
    return {
      values: () => run((query) => query.values()),
      // biome-ignore lint/suspicious/noThenProperty: a postgres.js query is a promise that starts when it is awaited.
      then: (...handlers: Parameters<Promise<unknown>["then"]>) => run((query) => query).then(...handlers),
    };
  };
  return { options, unsafe } as unknown as Sql;
}
