import { and, asc, eq, gt, isNull, ne, or, sql } from "drizzle-orm";
import { type Attempt, creating } from "../driver/attempt.ts";
import type { Cursor } from "../driver/cursor.ts";
import type { Database } from "../driver/database.ts";
import { credentials } from "../schema.ts";

/** A client id with its rights, and the hash of its secret. */
export type StoredCredential = typeof credentials.$inferSelect;

/** The credentials of the platform (organization null) and of organizations. */
export class Credentials {
  constructor(private readonly database: Database) {}

  async create(
    fields: Omit<StoredCredential, "createdAt" | "revokedAt">,
    attempt: Attempt,
  ): Promise<StoredCredential> {
    const create = () =>
      this.database.transaction(async (orm) => {
        const [row] = await orm.insert(credentials).values(fields).returning();
        if (row === undefined) throw new Error("a credential was not inserted");
        return row;
      }, attempt.signal);
    const made = () => this.findByClientId(fields.clientId);
    return creating("credential creation", { create, made }, attempt);
  }

  /**
   * Creates a platform credential with role admin, or gives the one of that client id a new secret. Whoever held that
   * secret under another client id is revoked: a secret belongs to one.
   */
  async putPlatformAdmin(fields: {
    clientId: string;
    secretHash: string;
    displayName: string;
  }): Promise<void> {
    const rights = { orgId: null, role: "admin", revokedAt: null } as const;
    const { clientId, secretHash, revokedAt } = credentials;
    await this.database.transaction(async (orm) => {
      await orm
        .update(credentials)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(secretHash, fields.secretHash), ne(clientId, fields.clientId), isNull(revokedAt)));
      await orm
        .insert(credentials)
        .values({ ...fields, ...rights })
        .onConflictDoUpdate({ target: clientId, set: { ...fields, ...rights } });
    });
  }

  /** Whether anybody can make organizations and credentials. */
  async hasPlatformAdmin(): Promise<boolean> {
    const { clientId, orgId, role, revokedAt } = credentials;
    const rows = await this.database
      .orm()
      .select({ clientId })
      .from(credentials)
      .where(and(isNull(orgId), eq(role, "admin"), isNull(revokedAt)))
      .limit(1);
    return rows.length > 0;
  }

  private async findByClientId(clientId: string): Promise<StoredCredential | undefined> {
    const isIt = and(eq(credentials.clientId, clientId), isNull(credentials.revokedAt));
    const [row] = await this.database.orm().select().from(credentials).where(isIt).limit(1);
    return row;
  }

  /** Oldest first. */
  async list(
    page: { orgId: string | null; after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<StoredCredential[]> {
    const { createdAt, clientId } = credentials;
    const after =
      page.after === undefined
        ? undefined
        : or(gt(createdAt, page.after.at), and(eq(createdAt, page.after.at), gt(clientId, page.after.id)));
    return this.database
      .orm(signal)
      .select()
      .from(credentials)
      .where(and(belongsTo(page.orgId), after))
      .orderBy(asc(createdAt), asc(clientId))
      .limit(page.rowsMax);
  }

  /** Revokes one, or leaves it revoked; undefined where there is none. */
  async revoke(
    which: { orgId: string | null; clientId: string },
    signal?: AbortSignal,
  ): Promise<StoredCredential | undefined> {
    const [row] = await this.database
      .orm(signal)
      .update(credentials)
      // Not coalesce: in that an UPDATE of a distributed database may not say now().
      .set({ revokedAt: sql`least(${credentials.revokedAt}, now())` })
      .where(and(belongsTo(which.orgId), eq(credentials.clientId, which.clientId)))
      .returning();
    return row;
  }
}

function belongsTo(orgId: string | null) {
  return orgId === null ? isNull(credentials.orgId) : eq(credentials.orgId, orgId);
}
