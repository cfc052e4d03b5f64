import { sql } from "drizzle-orm";
import { boundedMap } from "../../bounds/bounded-map.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Database } from "../driver/database.ts";
import { isConnectionLoss } from "../driver/errors.ts";
import { firstIdAt } from "./refusal-ids.ts";

/** How much is kept, and how much of the rest one sweep deletes. */
export interface RefusalBounds {
  readonly ageMsMax: number;
  /** Of one organization. It may have more until as many again as `recountRows` were written. */
  readonly rowsMax: number;
  readonly recountRows: number;
  /** Of one statement. */
  readonly chunkRows: number;
  readonly chunksMax: number;
}

export const refusalBounds: RefusalBounds = {
  ageMsMax: 7 * 86_400_000,
  rowsMax: 1_000_000,
  recountRows: 10_000,
  chunkRows: 5_000,
  chunksMax: 200,
};
/** Organizations of which it is known how much was written since they were counted. */
const countedMax = 10_000;
const statementMsMax = 30_000;
const leastId = "00000000-0000-0000-0000-000000000000";

/** Deletes refusals that are too old, and of an organization that has too many the oldest. */
export class RefusalRetention {
  private readonly written = boundedMap<number>(countedMax);
  private walkedTo = leastId;

  constructor(
    private readonly database: Database,
    private readonly bounds: RefusalBounds,
  ) {}

  wrote(orgId: string, rows: number): void {
    this.written.set(orgId, (this.written.get(orgId) ?? 0) + rows);
  }

  async sweep(now: Date): Promise<void> {
    const { ageMsMax, rowsMax, recountRows } = this.bounds;
    const before = new Date(now.getTime() - ageMsMax);
    let chunks = this.bounds.chunksMax;
    const old =
      (await unlessAway(() => this.organizationsBefore(before))) ?? (await this.nextOrganizations(chunks));
    for (const orgId of old)
      chunks -=
        (await this.unlessAway(orgId, () => this.deleteBefore(orgId, firstIdAt(before), chunks))) ?? 1;
    for (const [orgId, rows] of [...this.written].filter(([, rows]) => rows >= recountRows)) {
      await this.unlessAway(orgId, async () => {
        const oldest = await this.newest(orgId, rowsMax);
        if (oldest !== undefined) chunks -= await this.deleteBefore(orgId, oldest, chunks);
        this.written.set(orgId, (this.written.get(orgId) ?? rows) - rows);
      });
    }
  }

  /** Where not all organizations can be asked, so many of them at a time, each by itself: those that come next, by their ids. */
  private async nextOrganizations(rowsMax: number): Promise<string[]> {
    const rows = await this.orm().execute<{ id: string }>(sql`
      select id from organizations where id > ${this.walkedTo}::uuid order by id limit ${rowsMax}`);
    const ids = rows.map(({ id }) => id);
    this.walkedTo = ids.length < rowsMax ? leastId : (ids.at(-1) ?? leastId);
    return ids;
  }

  /** Whose are the oldest rows. It alone asks for no organization: nothing says beforehand who has any. */
  private async organizationsBefore(before: Date): Promise<string[]> {
    await this.database.nodes.requireAll();
    const rows = await this.orm().execute<{ orgId: string }>(sql`
      select distinct org_id as "orgId" from (
        select org_id from refusals where at < ${before.toISOString()}::timestamptz order by at
        limit ${this.bounds.chunkRows}) as r`);
    return rows.map(({ orgId }) => orgId);
  }

  /** The id of an organization's newest row but so many less one; undefined where it has no more than that. */
  private async newest(orgId: string, rows: number): Promise<string | undefined> {
    const [row] = await this.orm().execute<{ id: string }>(sql`
      select id from refusals where org_id = ${orgId}::uuid order by id desc offset ${rows - 1}::bigint limit 1`);
    return row?.id;
  }

  /** Deletes an organization's rows before an id, in chunks; answers how many chunks that were. */
  private async deleteBefore(orgId: string, id: string, chunksMax: number): Promise<number> {
    const { chunkRows } = this.bounds;
    for (let chunks = 0; chunks < chunksMax; chunks += 1) {
      const deleted = await this.orm().execute(sql`
        delete from refusals where org_id = ${orgId}::uuid and id in (
          select id from refusals where org_id = ${orgId}::uuid and id < ${id}::uuid order by id limit ${chunkRows})`);
      if ((deleted.count ?? 0) < chunkRows) return chunks + 1;
    }
    return chunksMax;
  }

  /** Nothing is sent to a node that is known to be away: one that is silent would be waited for. */
  private unlessAway<T>(orgId: string, work: () => Promise<T>): Promise<T | undefined> {
    return unlessAway(async () => {
      await this.database.nodes.requireFor(orgId);
      return work();
    });
  }

  private orm() {
    return this.database.orm(AbortSignal.timeout(statementMsMax));
  }
}

/** Undefined where it needs a node of a distributed database that is away: what lies on others goes on. */
async function unlessAway<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isConnectionLoss(error) || error instanceof Refused) return undefined;
    throw error;
  }
}
