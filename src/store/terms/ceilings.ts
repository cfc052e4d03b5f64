import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Ceiling } from "../../domain/ceiling.ts";
import type { Database } from "../driver/database.ts";
import { ceilings } from "../schema.ts";
import { acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { difference, isNone } from "../trail/shown.ts";
import { ceilingOf } from "./ceiling-row.ts";
import { lockCurrencies } from "./currency-lock.ts";

/** A ceiling as it was set. */
export interface StoredCeiling extends Ceiling {
  readonly currency: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

interface CeilingId {
  readonly orgId: string;
  readonly currency: string;
}

/** How far callers who are no admins may go in the currencies of organizations. */
export class Ceilings {
  constructor(private readonly database: Database) {}

  /** Undefined where nothing was ever said. */
  async find(which: CeilingId): Promise<StoredCeiling | undefined> {
    const [row] = await this.database.keyed().select().from(ceilings).where(isCeiling(which)).limit(1);
    return row && storedOf(row);
  }

  /** Those after a currency, in the order of the currencies. */
  async page(
    page: { readonly orgId: string; readonly after: string | undefined; readonly rowsMax: number },
    signal?: AbortSignal,
  ): Promise<StoredCeiling[]> {
    const isAfter = page.after === undefined ? undefined : gt(ceilings.currency, page.after);
    const rows = await this.database
      .orm(signal)
      .select()
      .from(ceilings)
      .where(and(eq(ceilings.orgId, page.orgId), isAfter))
      .orderBy(asc(ceilings.currency))
      .limit(page.rowsMax);
    return rows.map(storedOf);
  }

  /** Changes what is given, between two decisions. To change it twice is to change it once. */
  async change({ orgId, currency }: CeilingId, change: Partial<Ceiling>, by: By): Promise<StoredCeiling> {
    return acting(this.database, by, async ({ orm, note }) => {
      await lockCurrencies(orm, orgId);
      const [before] = await orm.select().from(ceilings).where(isCeiling({ orgId, currency })).limit(1);
      if (before !== undefined && isNone(difference(shownOf(before), { ...ceilingOf(before), ...change })))
        return storedOf(before);
      const texts = Object.entries(change).map(([kind, amount]) => [kind, amount?.toString() ?? null]);
      const set = { ...Object.fromEntries(texts), updatedBy: by.actor };
      // No upsert: in that a distributed database takes no now().
      const [row] =
        before === undefined
          ? await orm
              .insert(ceilings)
              .values({ orgId, currency, ...set })
              .returning()
          : await orm
              .update(ceilings)
              .set({ ...set, updatedAt: sql`now()` })
              .where(isCeiling({ orgId, currency }))
              .returning();
      if (row === undefined) throw new Error("a ceiling was not written");
      const changed = difference(before ? shownOf(before) : {}, shownOf(row));
      note({ verb: "ceiling.update", orgId, target: `ceilings/${currency}`, ...changed });
      return storedOf(row);
    });
  }
}

function isCeiling({ orgId, currency }: CeilingId) {
  return and(eq(ceilings.orgId, orgId), eq(ceilings.currency, currency));
}

function shownOf(row: typeof ceilings.$inferSelect) {
  return { ...ceilingOf(row) };
}

function storedOf(row: typeof ceilings.$inferSelect): StoredCeiling {
  const { currency, updatedAt, updatedBy } = row;
  return { ...ceilingOf(row), currency, updatedAt, updatedBy };
}
