import { and, desc, eq, lt } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { refusals } from "../schema.ts";

/** A refusal as it was kept. */
export type KeptRefusal = Omit<typeof refusals.$inferSelect, "orgId">;

/** Reads why calls were refused. */
export class RefusalReader {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  list(
    page: {
      readonly orgId: string;
      readonly customerId?: string | undefined;
      readonly reason?: string | undefined;
      /** Id of the last one of the page before. */
      readonly after?: string | undefined;
      readonly rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<KeptRefusal[]> {
    const { orgId, customerId, reason, after, rowsMax } = page;
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
      .where(
        and(
          eq(refusals.orgId, orgId),
          customerId === undefined ? undefined : eq(refusals.customerId, customerId),
          reason === undefined ? undefined : eq(refusals.reason, reason),
          after === undefined ? undefined : lt(refusals.id, after),
        ),
      )
      .orderBy(desc(refusals.id))
      .limit(rowsMax);
  }
}
