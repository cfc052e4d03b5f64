import { and, eq } from "drizzle-orm";
import type { Known } from "../../domain/command.ts";
import { array } from "../driver/arrays.ts";
import { isKey, keys } from "../driver/keys.ts";
import type { Orm } from "../driver/orm.ts";
import { operations } from "../schema.ts";
import { holdAt, type OperationRow, recordedOf } from "./recorded-row.ts";

/**
 * Of the ids those under which something was done, with the hold as it then stood where it was about one. A row answers
 * for itself; only the words of a hold that it changed are in that hold's first one.
 */
export async function findKnown(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, Known>> {
  const rows = await rowsOf(orm, orgId, ids);
  const found = new Map(rows.map((row) => [row.id, row]));
  const missing = rows.flatMap(({ holdId }) => (holdId !== null && !found.has(holdId) ? [holdId] : []));
  const firsts = missing.length === 0 ? [] : await rowsOf(orm, orgId, [...new Set(missing)]);
  const all = new Map([...rows, ...firsts].map((row) => [row.id, recordedOf(row)]));
  return new Map(
    rows.map(({ id }): [string, Known] => {
      const recorded = all.get(id);
      if (recorded === undefined) throw new Error(`operation ${id} is missing`);
      if (recorded.hold === null) return [id, { recorded, hold: null }];
      const first = all.get(recorded.hold.holdId);
      if (first === undefined)
        throw new Error(`the first operation of hold ${recorded.hold.holdId} is missing`);
      return [id, { recorded, hold: holdAt(recorded.hold, first) }];
    }),
  );
}

function rowsOf(orm: Orm, orgId: string, ids: readonly string[]): Promise<OperationRow[]> {
  const row = orm
    .select()
    .from(operations)
    .where(and(eq(operations.orgId, orgId), isKey(operations.id)))
    .limit(1)
    .as("row");
  return orm
    .select(row._.selectedFields)
    .from(keys(array(ids, "uuid")))
    .crossJoinLateral(row);
}
