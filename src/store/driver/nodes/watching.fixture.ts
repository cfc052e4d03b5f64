import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { testsSideBySide } from "../../../../test/support/side-by-side.ts";
import { until } from "../../../../test/support/until.ts";
import { type Database, openDatabase } from "../database.ts";
import type { NodeReports } from "./node-watch.ts";

/** A database of a test's own. */
export interface World {
  readonly created: TestDatabase;
  readonly database: Database;
  /** What was reported of nodes. */
  readonly told: readonly string[];
  untilNoticed(isAway: boolean): Promise<unknown>;
}

/** One of them has up to 26 connections. */
const sideBySide = testsSideBySide(5);

/** A test with a database of its own, beside others: nearly all of its time it waits. */
export function watching(name: string, work: (world: World) => Promise<void>): void {
  sideBySide(name, async () => {
    const created = await createDatabase("empty");
    const told: string[] = [];
    const nodeReports: NodeReports = {
      away: (node) => told.push(`${node} is away`),
      back: (node) => told.push(`${node} is back`),
      unknown: (error) => told.push(`unknown: ${error}`),
    };
    const database = openDatabase(created.url, { nodeReports });
    const untilNoticed = (isAway: boolean) => until(async () => database.nodes.awayCount > 0 === isAway);
    try {
      await work({ created, database, told, untilNoticed });
    } finally {
      await database.close();
      await created.drop();
    }
  });
}
