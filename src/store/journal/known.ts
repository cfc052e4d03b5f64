import { and, type Column, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { Words } from "../../domain/asked-operation.ts";
import type { Metadata } from "../../domain/operation.ts";
import type { Known } from "../../domain/verdict.ts";
import { table } from "../driver/statements/arrays.ts";
import { isKey } from "../driver/statements/keys.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { operations } from "../schema.ts";
import { holdAt, type OperationRow, recordedOf } from "./recorded-row.ts";

/** An operation that is looked for, and how many characters of each of its words matter. */
export interface Wanted {
  readonly id: string;
  readonly charactersMax: number;
}

/** More than any has. */
const everyCharacter = 1_000_000;

/** An operation with all of its words. */
export function wholeOf(id: string): Wanted {
  return { id, charactersMax: everyCharacter };
}

/** An operation without its words. */
export function figuresOf(id: string): Wanted {
  return { id, charactersMax: 0 };
}

/**
 * Of the ids those under which something was done, with the hold as it then stood where it was about one. A row answers
 * for itself; only the words of a hold that it changed are in that hold's first one.
 */
export async function findKnown(
  orm: Orm,
  orgId: string,
  wanted: readonly Wanted[],
): Promise<Map<string, Known>> {
  const rows = await rowsOf(orm, orgId, widest(wanted));
  const holdIds = rows.flatMap(({ id, holdId }) => (holdId === null || holdId === id ? [] : [holdId]));
  const firstRows = holdIds.length === 0 ? [] : await rowsOf(orm, orgId, [...new Set(holdIds)].map(wholeOf));
  const firsts = new Map(firstRows.map((row) => [row.id, recordedOf(row)]));
  return new Map(
    rows.map((row): [string, Known] => {
      const recorded = recordedOf(row);
      const { id, hold } = recorded;
      if (hold === null) return [id, { recorded, hold }];
      const first = hold.holdId === id ? recorded : firsts.get(hold.holdId);
      if (first === undefined) throw new Error(`the first operation of hold ${hold.holdId} is missing`);
      return [id, { recorded, hold: holdAt(hold, first) }];
    }),
  );
}

/** Each id once, with all that anybody wants of it. */
export function widest(wanted: readonly Wanted[]): Wanted[] {
  const byId = new Map<string, Wanted>();
  for (const each of wanted) {
    const known = byId.get(each.id);
    if (known === undefined || known.charactersMax < each.charactersMax) byId.set(each.id, each);
  }
  return [...byId.values()];
}

function rowsOf(orm: Orm, orgId: string, wanted: readonly Wanted[]): Promise<OperationRow[]> {
  const row = orm
    .select({ ...getTableColumns(operations), ...shortWords })
    .from(operations)
    .where(and(eq(operations.orgId, orgId), isKey(operations.id)))
    .limit(1)
    .as("row");
  const ids = table("w", wanted, {
    id: ["uuid", ({ id }) => id],
    characters: ["integer", ({ charactersMax }) => charactersMax],
  });
  return orm.select(row._.selectedFields).from(ids).crossJoinLateral(row);
}

/**
 * Words no longer than may matter: a caller that names many large operations by their ids is told of all of them, and
 * needs no words to be told that they are others than it asked for. What stands for metadata is what no caller can ask.
 */
const shortWords = {
  source: short(operations.source, "source"),
  description: short(operations.description, "description"),
  userId: short(operations.userId, "user_id"),
  metadata: sql<Metadata>`case when char_length(${operations.metadata}::text) <= 2 * w.characters
    then ${operations.metadata} else '{"\\u0000": "longer"}'::json end`
    .mapWith(operations.metadata)
    .as("metadata"),
} satisfies Record<keyof Words, SQL.Aliased>;

function short(column: Column, name: string): SQL.Aliased<string> {
  return sql<string>`left(${column}, w.characters)`.as(name);
}
