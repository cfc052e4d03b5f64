import { and, inArray, isNull, lt, not, or, sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { credentials } from "../schema.ts";
import type { StoredCredential } from "./credential-rows.ts";

/** So often is written, and so old is what is written anew. */
const writeMs = 60_000;
/** Credentials whose use waits to be written; of more it is written another time. */
const waitingMax = 10_000;
const rowsMax = 500;
/** For all that waits together: whoever closes it waits no longer. */
const writingMsMax = 2_000;

/** That somebody has proved to have a credential. */
export interface Use {
  /** As it was looked up. */
  readonly credential: Pick<StoredCredential, "clientId" | "lastUsedAt" | "newestProved">;
  /** The hash of the secret by which. */
  readonly secretHash: string;
  readonly isNewest: boolean;
}

/**
 * Keeps when credentials were used last, to the minute, and which secrets of a rotation were ever used; beside the calls. What
 * waits while the process ends or the database is away is lost, and comes again with the next use.
 */
export class CredentialUses {
  private waiting = new Set<string>();
  /** Hashes of secrets that prove somebody for the first time. */
  private proved = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isToWrite = false;

  constructor(private readonly database: Pick<Database, "orm">) {}

  /** Never waits and never throws. A first use is written at once, that of a new secret too, and of others what a minute brings. */
  note({ credential: { clientId, lastUsedAt, newestProved }, secretHash, isNewest }: Use): void {
    if (this.waiting.size >= waitingMax) return;
    this.waiting.add(clientId);
    const isFirstOfSecret = isNewest && !newestProved;
    if (isFirstOfSecret) this.proved.add(secretHash);
    if (isFirstOfSecret || lastUsedAt === null || this.timer === undefined) void this.write();
    this.timer ??= setTimeout(() => void this.rest(), writeMs).unref();
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

  /** Whoever asks while one is to begin shares it. */
  private write(): Promise<void> {
    if (this.isToWrite) return this.writing;
    this.isToWrite = true;
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    this.isToWrite = false;
    const [used, proved] = [[...this.waiting], [...this.proved]];
    this.waiting = new Set();
    this.proved = new Set();
    const orm = this.database.orm(AbortSignal.timeout(writingMsMax));
    const { clientId, lastUsedAt, secretHash, newestProved, revokedAt } = credentials;
    const isOld = or(isNull(lastUsedAt), lt(lastUsedAt, sql`now() - ${`${writeMs} milliseconds`}::interval`));
    for (const ids of portionsOf(used))
      await orm
        .update(credentials)
        .set({ lastUsedAt: sql`now()` })
        .where(and(inArray(clientId, ids), isOld))
        .catch(() => undefined);
    for (const hashes of portionsOf(proved))
      await orm
        .update(credentials)
        .set({ newestProved: true })
        .where(and(inArray(secretHash, hashes), isNull(revokedAt), not(newestProved)))
        .catch(() => undefined);
  }
}

function* portionsOf(all: readonly string[]): Iterable<string[]> {
  for (let start = 0; start < all.length; start += rowsMax) yield all.slice(start, start + rowsMax);
}
