import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { RefusalNote } from "../../domain/refusal-note.ts";
import { clockIn } from "../driver/clock.ts";
import type { Database } from "../driver/database.ts";
import { type Columns, columnNames, table } from "../driver/statements/arrays.ts";
import { tableColumns } from "../driver/statements/table-columns.ts";
import { refusals } from "../schema.ts";
import { type RefusalBounds, RefusalRetention, refusalBounds } from "./refusal-retention.ts";

interface Row extends RefusalNote {
  readonly id: string;
  readonly at: Date;
}

export interface RefusalLogOptions {
  /** Told at most once a minute how many could not be kept since it was told last. */
  readonly onDropped: (count: number) => void;
  /** In milliseconds, of any beginning. */
  readonly clock?: () => number;
  readonly bounds?: RefusalBounds;
}

const flushMs = 200;
const reportMs = 60_000;
const sweepMs = 10 * 60_000;
/** For all that waits together: whoever closes the log waits no longer. */
const writingMsMax = 5_000;
/** What waits at the most. An organization has a share, so that the flood of one leaves room for all others. */
const rowsMax = 10_000;
export const organizationRowsMax = 1_000;
/** Of texts that callers wrote. */
const charactersMax = 256;

/**
 * Keeps why calls were refused, beside the batches that refused them: it costs them nothing, and under load or while the
 * database is away not all is kept.
 */
export class RefusalLog {
  private waiting = new Map<string, Row[]>();
  private count = 0;
  private dropped = 0;
  private reportedAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private noted = 0;
  private isClosed = false;
  private readonly retention: RefusalRetention;
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly options: RefusalLogOptions,
  ) {
    this.retention = new RefusalRetention(database, options.bounds ?? refusalBounds);
    this.sweeper = setInterval(() => void this.sweep(), sweepMs).unref();
  }

  /** Never waits and never throws. */
  note(orgId: string, note: RefusalNote): void {
    const rows = this.waiting.get(orgId) ?? [];
    if (this.isClosed || this.count === rowsMax || rows.length === organizationRowsMax) {
      this.dropped += 1;
      return;
    }
    this.waiting.set(orgId, rows);
    rows.push(this.rowOf(note));
    this.count += 1;
    this.timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  /** Writes what waits. Resolves when it is written, or dropped because it could not be. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  /**
   * Deletes what is too old or too much at a moment, by default by the database's clock: that of a machine may be days ahead.
   * What it does not come to, another time does.
   */
  async sweep(now?: Date): Promise<void> {
    try {
      const signal = AbortSignal.timeout(writingMsMax);
      await this.retention.sweep(now ?? (await clockIn(this.database.orm(signal))));
    } catch {}
  }

  /** Writes what waits, and takes nothing more. */
  close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.sweeper);
    return this.flush();
  }

  private rowOf(note: RefusalNote): Row {
    const at = note.at ?? new Date();
    this.noted = (this.noted + 1) >>> 0;
    const figures = Object.entries(note.figures).map(([name, value]) => [name, shortened(value)]);
    return {
      ...note,
      at,
      // In the order of their times, and of one moment in the order in which they were noted.
      id: uuidv7({ msecs: at.getTime(), seq: this.noted }),
      figures: Object.fromEntries(figures),
      key: note.key === null ? null : shortened(note.key),
      requestId: shortened(note.requestId),
    };
  }

  private async writeAll(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const waiting = this.waiting;
    this.waiting = new Map();
    this.count = 0;
    const signal = AbortSignal.timeout(writingMsMax);
    for (const [orgId, rows] of waiting)
      await this.write(orgId, rows, signal).catch(() => {
        this.dropped += rows.length;
      });
    this.report();
  }

  /**
   * There may be no row to insert them beside (see settlement/home.ts): it does not matter that a distributed database then
   * says of whatever goes wrong that it is an internal error, for whatever it is, they are dropped.
   */
  private async write(orgId: string, rows: readonly Row[], signal: AbortSignal): Promise<void> {
    await this.database.nodes.requireFor(orgId);
    await this.database.orm(signal).execute(sql`
      insert into refusals (org_id, ${columnNames(columns)})
      select ${orgId}::uuid, ${columnNames(columns)} from ${table("r", rows, columns)}`);
    this.retention.wrote(orgId, rows.length);
  }

  private report(): void {
    const { onDropped, clock = () => performance.now() } = this.options;
    const now = clock();
    if (this.dropped === 0 || (!this.isClosed && now - this.reportedAt < reportMs)) return;
    onDropped(this.dropped);
    this.dropped = 0;
    this.reportedAt = now;
  }
}

const columns: Columns<Row> = tableColumns(refusals, {
  id: ({ id }) => id,
  at: ({ at }) => at,
  reason: ({ reason }) => reason,
  figures: ({ figures }) => JSON.stringify(figures),
  kind: ({ kind }) => kind,
  customerId: ({ customerId }) => customerId ?? null,
  key: ({ key }) => key,
  createdBy: ({ createdBy }) => createdBy,
  requestId: ({ requestId }) => requestId,
});

/** Half a surrogate pair is no text, and neither is what PostgreSQL cannot store. */
function shortened(text: string): string {
  return text
    .replaceAll("\0", "")
    .slice(0, charactersMax)
    .replace(/\p{Surrogate}$/u, "");
}
