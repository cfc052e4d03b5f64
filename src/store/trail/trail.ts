import { and, desc, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import { isOnly } from "../driver/statements/only.ts";
import { lookThrough, type Portion } from "../driver/statements/portion.ts";
import { acts, platformActs } from "../schema.ts";

/** An act as it is recorded. `orgId` is null of what was done to the platform alone. */
export type RecordedAct = typeof platformActs.$inferSelect;

/** Which acts a list holds: those that have all that is said. */
export interface TrailFilter {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly actor?: string | undefined;
  readonly verb?: string | undefined;
  readonly target?: string | undefined;
}

interface TrailPage {
  readonly orgId: string | undefined;
  readonly filter: TrailFilter;
  readonly past?: Cursor | undefined;
  readonly rowsMax: number;
}

/** By which there is an index of its own. The first that is said finds the rows, and those are looked through for the others. */
const words = ["target", "actor", "verb"] as const;

/** Who did what. */
export class Trail {
  constructor(private readonly database: Database) {}

  /** Newest first: of an organization, or of all of them and the platform. Two tables, each read in the order of an index. */
  async list(page: TrailPage, signal?: AbortSignal): Promise<Portion<RecordedAct, Cursor>> {
    const portions = await Promise.all([this.of(acts, page, signal), this.of(platformActs, page, signal)]);
    const [lookedTo] = portions.flatMap((each) => each.lookedTo ?? []).sort(newestFirst);
    const rows = portions
      .flatMap((each) => each.rows)
      .filter((row) => lookedTo === undefined || newestFirst(row, lookedTo) <= 0)
      .sort(newestFirst)
      .slice(0, page.rowsMax);
    return { rows, lookedTo: rows.length < page.rowsMax ? lookedTo : undefined };
  }

  private async of(
    table: typeof acts | typeof platformActs,
    { orgId, filter, past, rowsMax }: TrailPage,
    signal?: AbortSignal,
  ): Promise<Portion<RecordedAct, Cursor>> {
    const place = [table.at, table.id] as const;
    const [first, ...others] = words.filter((word) => filter[word] !== undefined);
    const order = [desc(table.at), desc(table.id)];
    const isListed = and(
      orgId === undefined ? undefined : isOnly(table.orgId, orgId),
      first && isOnly(table[first], filter[first] ?? ""),
      filter.from && gte(table.at, filter.from),
      filter.to && lt(table.at, filter.to),
      past && isAt(place, "<", past),
    );
    const read = (isWanted?: SQL): Promise<RecordedAct[]> =>
      this.database
        .orm(signal)
        .select()
        .from(table)
        .where(and(isListed, isWanted))
        .orderBy(...order)
        .limit(rowsMax);
    if (others.length === 0) return { rows: await read(), lookedTo: undefined };
    const edge = async (looks: number) => {
      const [last] = await this.database
        .orm(signal)
        .select({ at: table.at, id: table.id })
        .from(table)
        .where(isListed)
        .orderBy(...order)
        .offset(looks - 1)
        .limit(1);
      return last;
    };
    const wanted = (edge: Cursor | undefined) =>
      read(
        and(
          // No index of another word may find them: it would be walked through to its end.
          ...others.map((word) => sql`${table[word]} || '' = ${filter[word]}`),
          edge && isAt(place, ">=", edge),
        ),
      );
    return lookThrough({ rowsMax, edge, wanted });
  }
}

function newestFirst(a: Cursor, b: Cursor): number {
  return b.at.getTime() - a.at.getTime() || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);
}
