import postgres, { type Sql, type TransactionSql } from "postgres";
import { atMost } from "../../../bounds/at-most.ts";
import { isBroken } from "../errors.ts";
import type { ErrorFields } from "../remote-errors.ts";
import { addressOf } from "./address.ts";
import { type SettingAnswer, type Settings, settingStatement } from "./settings.ts";

/** What the connections of every instance call themselves in pg_stat_activity. */
const applicationName = "tallystick";
const connectSecondsMax = 5;

/** What a client calls when its connection closes, when PostgreSQL begins to answer on a new one, and when that warns. */
export interface ConnectionEvents {
  readonly onclose: () => void;
  readonly onparameter: () => void;
  readonly onnotice: (notice: ErrorFields) => void;
}

/**
 * A postgres.js client of one connection to a URL, which opens with the first query. Without events, notices go nowhere. Its
 * transactions fail with the connection.
 */
export function connect(url: string, events?: ConnectionEvents): Sql {
  let closings = 0;
  const client = postgres(url, {
    ...addressOf(url),
    onnotice: () => undefined,
    ...events,
    onclose: () => {
      closings += 1;
      events?.onclose();
    },
    max: 1,
    connect_timeout: connectSecondsMax,
    // The driver would end connections by their age.
    max_lifetime: null,
    // Where a connection ends while the driver asks it for the types, nobody hears the error and the process ends.
    fetch_types: false,
    // A pooler refuses a start with parameters that it does not know; this one it knows.
    connection: { application_name: applicationName },
  });
  return Object.assign(client, { begin: beginUnlessClosed(client, () => closings) });
}

/**
 * The driver's `begin`, but for a connection that closes within the transaction: the driver would write a ROLLBACK to it, which ends
 * the process, or spoils the next connection. Where the work does not end it sends none, and fails by the closing itself. Of one that was
 * reset the work hears before it has closed.
 */
function beginUnlessClosed(client: Sql, closings: () => number) {
  const begin = client.begin.bind(client);
  return (work: (sql: TransactionSql) => Promise<unknown>) =>
    begin((sql) => {
      const before = closings();
      return work(sql).catch((error: unknown) => {
        if (closings() === before && !isBroken(error)) throw error;
        return new Promise(() => undefined);
      });
    });
}

/** Opens a client's connection, with these settings on it before anything else, and answers whether the database is a distributed one. */
export async function open(client: Sql, settings: Settings, secondsMax: number): Promise<boolean> {
  const answer = client.unsafe<SettingAnswer[]>(settingStatement(settings));
  const [row] = await answered(answer, secondsMax);
  return row?.is_distributed === true;
}

/**
 * What a connection answers first, if it does. The driver itself would try again for ever where something listens that closes
 * every connection, as a proxy without a database behind it does.
 *
 * @throws an error with the driver's code CONNECT_TIMEOUT
 */
export function answered<T>(answer: PromiseLike<T>, secondsMax: number): Promise<T> {
  return atMost(answer, secondsMax * 1_000, () => {
    const error = new Error(
      `no PostgreSQL has answered for ${secondsMax} seconds; is it the right address, and open to this machine?`,
    );
    throw Object.assign(error, { code: "CONNECT_TIMEOUT" });
  });
}
