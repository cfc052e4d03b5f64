import type { Logger } from "pino";
import type { NodeReports } from "./store/driver/nodes/node-watch.ts";

/** What the log says of the nodes of a distributed database: a line when one goes away, and one when it is back. */
export function nodeLog(log: Logger): NodeReports {
  return {
    away: (node) => log.warn({ node }, "a node of the database is away"),
    back: (node, awayMs) =>
      log.info({ node, awaySeconds: Math.round(awayMs / 1_000) }, "a node of the database is back"),
    unknown: (err) => log.error({ err }, "the nodes of the database cannot be looked at"),
  };
}
