import { and, desc, eq, gte, lt, type SQL } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import type { Cursor } from "../driver/statements/cursor.ts";
import { lookThrough, type Portion } from "../driver/statements/portion.ts";
import { refusals } from "../schema.ts";
import { firstIdAt } from "./refusal-ids.ts";

/** A refusal as it was kept. */
export type KeptRefusal = Omit<typeof refusals.$inferSelect, "orgId">;

/** Reads why calls were refused. */
export class RefusalReader {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  async list(
    page: {
      readonly orgId: string;
      readonly customerId?: string | undefined;
      readonly reason?: string | undefined;
      /** Inclusive. */
      readonly from?: Date | undefined;
      /** Exclusive. */
      readonly to?: Date | undefined;
      readonly after?: Cursor | undefined;
      readonly rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<Portion<KeptRefusal, Cursor>> {
    const { orgId, customerId, reason, from, to, after, rowsMax } = page;
    const isListed = and(
      eq(refusals.orgId, orgId),
      customerId === undefined ? undefined : eq(refusals.customerId, customerId),
      from && gte(refusals.id, firstIdAt(from)),
      to && lt(refusals.id, firstIdAt(to)),
      after && lt(refusals.id, after.id),
    );
    if (reason === undefined)
      return { rows: await this.read(isListed, rowsMax, signal), lookedTo: undefined };
    const edge = (looks: number) => this.edge(isListed, looks, signal);
    const wanted = (edge: Cursor | undefined) => {
      const isWithin = edge && gte(refusals.id, edge.id);
      return this.read(and(isListed, isWithin, eq(refusals.reason, reason)), rowsMax, signal);
    };
    return lookThrough({ rowsMax, edge, wanted });
  }

  private async edge(
    isListed: SQL | undefined,
    looks: number,
    signal?: AbortSignal,
  ): Promise<Cursor | undefined> {
    const [last] = await this.database
      .orm(signal)
      .select({ at: refusals.at, id: refusals.id })
      .from(refusals)
      .where(isListed)
      .orderBy(desc(refusals.id))
      .offset(looks - 1)
      .limit(1);
    return last;
  }

  private read(isWanted: SQL | undefined, rowsMax: number, signal?: AbortSignal): Promise<KeptRefusal[]> {
    return this.database
      .orm(signal)
      .select({
        id: refusals.id,
        at: refusals.at,
        reason: refusals.reason,
        figures: refusals.figures,
        kind: refusals.kind,
        customerId: refusals.customerId,
        key: refusals.key,
        createdBy: refusals.createdBy,
        requestId: refusals.requestId,
      })
      .from(refusals)
      .where(isWanted)
      .orderBy(desc(refusals.id))
      .limit(rowsMax);
  }
}
