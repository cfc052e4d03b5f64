import { and, gt, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { Refused } from "../../domain/refusal.ts";
import type { Database } from "../driver/database.ts";
import { Coalescer } from "../driver/queries/coalescer.ts";
import { array } from "../driver/statements/arrays.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { credentials } from "../schema.ts";
import type { StoredCredential } from "./credential-rows.ts";

/** What proves a caller, and what it then may do. */
export type ProvingCredential = Pick<
  StoredCredential,
  "clientId" | "orgId" | "role" | "secretHash" | "lastUsedAt" | "newestProved"
> & {
  /** Of a secret that was rotated away and is still good. */
  readonly formerSecretHash: string | null;
};

/** By what a caller can name its credential. */
type Key = "clientId" | "secretHash";

const bounds = { keysMax: 500, loadsMax: 1, nameOf: (name: string) => name };
/** Look-ups that may wait at once, as they do while the database is silent. */
const waitingMax = 50_000;

const { clientId, orgId, role, secretHash, formerSecretHash, formerEndsAt, lastUsedAt, newestProved } =
  credentials;
const isFormerGood = gt(formerEndsAt, sql`now()`);
/** By the database's clock, which is the same for all instances. */
const isGood = and(
  isNull(credentials.revokedAt),
  or(isNull(credentials.expiresAt), gt(credentials.expiresAt, sql`now()`)),
);
const columns = {
  clientId,
  orgId,
  role,
  secretHash,
  lastUsedAt,
  newestProved,
  formerSecretHash: sql<string | null>`case when ${isFormerGood} then ${formerSecretHash} end`,
};

/**
 * Looks for credentials that are good: neither revoked nor past their end. On connections of their own: anybody can ask
 * for any number of them, which must not hold up the calls of those who have one. Those that are asked for together share
 * a query.
 */
export class CredentialLookup {
  private readonly lookups: Readonly<Record<Key, Coalescer<string, ProvingCredential | undefined>>>;
  private waiting = 0;

  constructor(private readonly database: Database) {
    this.lookups = {
      clientId: new Coalescer((names: readonly string[]) => this.byClientId(names), bounds),
      secretHash: new Coalescer((names: readonly string[]) => this.bySecretHash(names), bounds),
    };
  }

  /** Refuses with OVERLOADED where too many wait. */
  async find(key: Key, name: string): Promise<ProvingCredential | undefined> {
    if (this.waiting >= waitingMax) throw new Refused({ reason: "OVERLOADED" });
    this.waiting += 1;
    try {
      return await this.lookups[key].get(name);
    } finally {
      this.waiting -= 1;
    }
  }

  private async byClientId(names: readonly string[]): Promise<(ProvingCredential | undefined)[]> {
    const rows = await retrying(() => this.good(isAny(clientId, names)).limit(names.length));
    const found = new Map(rows.map((row) => [row.clientId, row]));
    return names.map((name) => found.get(name));
  }

  /** The one whose secret it is now comes before one whose secret it was. Two statements in one, so that each has its index. */
  private async bySecretHash(names: readonly string[]): Promise<(ProvingCredential | undefined)[]> {
    const isFormer = and(isAny(formerSecretHash, names), isNotNull(formerSecretHash), isFormerGood);
    const rows = await retrying(() =>
      unionAll(this.good(isFormer), this.good(isAny(secretHash, names))).limit(2 * names.length),
    );
    const found = new Map<string, ProvingCredential>();
    for (const row of rows) if (row.formerSecretHash !== null) found.set(row.formerSecretHash, row);
    for (const row of rows) found.set(row.secretHash, row);
    return names.map((name) => found.get(name));
  }

  private good(isNamed: SQL | undefined) {
    return this.database.callers().select(columns).from(credentials).where(and(isNamed, isGood));
  }
}

function isAny(
  column: typeof clientId | typeof secretHash | typeof formerSecretHash,
  names: readonly string[],
): SQL {
  return sql`${column} = any(${array(names, "text")})`;
}
