import type { Sql } from "postgres";
import { connect } from "./connection.ts";

/** What the connections of every instance call themselves in pg_stat_activity. */
export const applicationName = "tallystick";
/** Longest time that one statement may run, in milliseconds; the caller's deadline ends it sooner. */
export const statementMsMax = 60_000;
/** How long a pool that was replaced may take to finish what it has begun. */
const retirementSecondsMax = 10;
const endSecondsMax = 5;

/** Connections to one database. */
export interface Pool {
  /** The driver's pool as it is now. */
  client(): Sql;
  close(): Promise<void>;
}

/** The driver's own pool: up to `max` connections with these settings of PostgreSQL, which stay open. */
export function openClient(
  url: string,
  options: { max: number; onclose: () => void; settings: Readonly<Record<string, string>> },
): Sql {
  const { max, onclose, settings } = options;
  return connect(url, {
    max,
    // The driver would end connections by their age, and each end would cost a pool.
    max_lifetime: null,
    onclose,
    connection: {
      application_name: applicationName,
      statement_timeout: statementMsMax,
      idle_in_transaction_session_timeout: statementMsMax,
      ...settings,
    },
  });
}

/**
 * Opens connections as they are needed, each with these settings of PostgreSQL. The driver's pool is replaced as soon as
 * one of its connections closes: postgres.js 3.4.9 never uses a slot again whose connection closed with a write still to
 * be flushed, and whatever query comes to it waits until it times out.
 */
export function openPool(
  url: string,
  connectionsMax: number,
  settings: Readonly<Record<string, string>>,
): Pool {
  let isClosed = false;
  let current = open();

  function open(): Sql {
    const onclose = () => {
      if (isClosed || current !== client) return;
      current = open();
      client.end({ timeout: retirementSecondsMax }).catch(() => undefined);
    };
    const client: Sql = openClient(url, { max: connectionsMax, onclose, settings });
    return client;
  }

  return {
    client: () => current,
    close: () => {
      isClosed = true;
      return current.end({ timeout: endSecondsMax });
    },
  };
}
