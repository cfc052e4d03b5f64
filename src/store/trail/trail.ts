import { and, desc, eq, gte, lt, or, type SQL } from "drizzle-orm";
import type { Cursor } from "../driver/cursor.ts";
import type { Database } from "../driver/database.ts";
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

/** Who did what. */
export class Trail {
  constructor(private readonly database: Database) {}

  /** Newest first: of an organization, or of all of them and the platform. Two tables, each read in the order of an index. */
  async list(
    page: {
      readonly orgId: string | undefined;
      readonly filter: TrailFilter;
      readonly past?: Cursor | undefined;
      readonly rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<RecordedAct[]> {
    const orm = this.database.orm(signal);
    const [ofOrganizations, ofPlatform] = await Promise.all([
      orm
        .select()
        .from(acts)
        .where(isListed(acts, page))
        .orderBy(desc(acts.at), desc(acts.id))
        .limit(page.rowsMax),
      orm
        .select()
        .from(platformActs)
        .where(isListed(platformActs, page))
        .orderBy(desc(platformActs.at), desc(platformActs.id))
        .limit(page.rowsMax),
    ]);
    return [...ofOrganizations, ...ofPlatform].sort(byTime).slice(0, page.rowsMax);
  }
}

function isListed(
  table: typeof acts | typeof platformActs,
  { orgId, filter, past }: Pick<Parameters<Trail["list"]>[0], "orgId" | "filter" | "past">,
): SQL | undefined {
  const { from, to, actor, verb, target } = filter;
  return and(
    orgId === undefined ? undefined : eq(table.orgId, orgId),
    from && gte(table.at, from),
    to && lt(table.at, to),
    actor === undefined ? undefined : eq(table.actor, actor),
    verb === undefined ? undefined : eq(table.verb, verb),
    target === undefined ? undefined : eq(table.target, target),
    past && or(lt(table.at, past.at), and(eq(table.at, past.at), lt(table.id, past.id))),
  );
}

function byTime(a: RecordedAct, b: RecordedAct): number {
  return b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1);
}
