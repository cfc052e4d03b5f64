import { and, isNull, sql } from "drizzle-orm";
import { Refused } from "../../domain/refusal.ts";
import { array } from "../driver/arrays.ts";
import { Coalescer } from "../driver/coalescer.ts";
import type { Database } from "../driver/database.ts";
import { retrying } from "../driver/retry.ts";
import { credentials } from "../schema.ts";
import type { StoredCredential } from "./credentials.ts";

/** By what a caller can name its credential. */
type Key = "clientId" | "secretHash";

const bounds = { keysMax: 500, loadsMax: 1, nameOf: (name: string) => name };
/** Look-ups that may wait at once, as they do while the database is silent. */
const waitingMax = 50_000;

/**
 * Looks for credentials that are not revoked, on connections of their own: anybody can ask for any number of them, which
 * must not hold up the calls of those who have one. Those that are asked for together share a query.
 */
export class CredentialLookup {
  private readonly lookups: Readonly<Record<Key, Coalescer<string, StoredCredential | undefined>>>;
  private waiting = 0;

  constructor(private readonly database: Database) {
    const by = (key: Key) => new Coalescer((names: readonly string[]) => this.load(key, names), bounds);
    this.lookups = { clientId: by("clientId"), secretHash: by("secretHash") };
  }

  /** Refuses with OVERLOADED where too many wait. */
  async find(key: Key, name: string): Promise<StoredCredential | undefined> {
    if (this.waiting >= waitingMax) throw new Refused({ reason: "OVERLOADED" });
    this.waiting += 1;
    try {
      return await this.lookups[key].get(name);
    } finally {
      this.waiting -= 1;
    }
  }

  private async load(key: Key, names: readonly string[]): Promise<(StoredCredential | undefined)[]> {
    const isNamed = sql`${credentials[key]} = any(${array(names, "text")})`;
    const rows = await retrying(() =>
      this.database
        .callers()
        .select()
        .from(credentials)
        .where(and(isNamed, isNull(credentials.revokedAt)))
        .limit(names.length),
    );
    const found = new Map(rows.map((row) => [row[key], row]));
    return names.map((name) => found.get(name));
  }
}
