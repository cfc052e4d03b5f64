import { and, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { credentials } from "../schema.ts";

/** So often is written, and so old is what is written anew. */
const writeMs = 60_000;
/** Credentials whose use waits to be written; of more it is written another time. */
const waitingMax = 10_000;
const rowsMax = 500;
/** For all that waits together: whoever closes it waits no longer. */
const writingMsMax = 2_000;

/**
 * Keeps when credentials were used last, to the minute and beside the calls. What waits while the process ends or the database
 * is away is lost.
 */
export class CredentialUses {
  private waiting = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly database: Pick<Database, "orm">) {}

  /** Never waits and never throws. The first use is written at once, and then what a minute brings. */
  note(clientId: string): void {
    if (this.waiting.size < waitingMax) this.waiting.add(clientId);
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.rest(), writeMs).unref();
    void this.write();
  }

  /** Writes what waits. */
  close(): Promise<void> {
    clearTimeout(this.timer);
    return this.write();
  }

  private async rest(): Promise<void> {
    await this.write();
    this.timer = undefined;
  }

  private write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    const waiting = [...this.waiting];
    this.waiting = new Set();
    const signal = AbortSignal.timeout(writingMsMax);
    const orm = this.database.orm(signal);
    const isOld = or(
      isNull(credentials.lastUsedAt),
      lt(credentials.lastUsedAt, sql`now() - ${`${writeMs} milliseconds`}::interval`),
    );
    for (let start = 0; start < waiting.length; start += rowsMax) {
      const ids = waiting.slice(start, start + rowsMax);
      const isUsed = and(inArray(credentials.clientId, ids), isOld);
      await orm
        .update(credentials)
        .set({ lastUsedAt: sql`now()` })
        .where(isUsed)
        .catch(() => undefined);
    }
  }
}
