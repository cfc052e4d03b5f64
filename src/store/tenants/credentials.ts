import { and, asc, eq, gt, isNull, ne, or, sql } from "drizzle-orm";
import { creating } from "../driver/attempt.ts";
import { type Cursor, isAt } from "../driver/cursor.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/orm.ts";
import { credentials } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { difference, shown } from "../trail/shown.ts";
import type { PlatformVerb } from "../trail/verbs.ts";

/** A client id with its rights, and the hashes of its secrets. */
export type StoredCredential = typeof credentials.$inferSelect;

/** A credential as it is to be made. */
export type NewCredential = Pick<
  StoredCredential,
  "clientId" | "orgId" | "role" | "secretHash" | "displayName"
> &
  Partial<Pick<StoredCredential, "description" | "expiresAt">>;

/** What may change of one; what is left out stays. */
export type CredentialChange = Partial<Pick<StoredCredential, "displayName" | "description" | "expiresAt">>;

/** A credential where it belongs: in an organization, or on the platform. */
export interface CredentialId {
  readonly orgId: string | null;
  readonly clientId: string;
}

/** A secret in the place of the one that a credential has. */
export interface NewSecret {
  readonly secretHash: string;
  /** Until when the former one is good. */
  readonly formerEndsAt: Date;
}

/** Why a credential of the settings was not put: what its client id, or its secret, is already. */
export type PutObstacle = "revoked" | "other rights" | "rotated away";

/** The credentials of the platform (organization null) and of organizations. One that is revoked is never made good again. */
export class Credentials {
  constructor(private readonly database: Database) {}

  async create(fields: NewCredential, by: By): Promise<StoredCredential> {
    const create = () => acting(this.database, by, (act) => insertCredential(act, fields));
    const made = () => this.findByClientId(fields.clientId);
    return creating("credential creation", { create, made }, by);
  }

  /**
   * Creates a platform credential with role admin, or gives the one of that client id the secret that is said, alone. Whoever
   * held that secret under another client id is revoked: a secret belongs to one. Changes nothing where that would make good
   * again what was revoked or rotated away, or give somebody other rights.
   */
  async putPlatformAdmin(
    fields: { clientId: string; secretHash: string; displayName: string },
    by: By,
  ): Promise<"put" | PutObstacle> {
    const { secretHash } = fields;
    return acting(this.database, by, async (act) => {
      const known = await lockCredential(act.orm, eq(credentials.clientId, fields.clientId));
      if (known?.revokedAt) return "revoked";
      if (known !== undefined && (known.orgId !== null || known.role !== "admin")) return "other rights";
      if (known?.formerSecretHash === secretHash) return isPast(known.formerEndsAt) ? "rotated away" : "put";
      await revokeHolders(act, fields);
      if (known === undefined) await insertCredential(act, { ...fields, orgId: null, role: "admin" });
      else if (known.secretHash !== secretHash)
        await updateCredential(act, known, {
          verb: "credential.rotate",
          change: { secretHash, formerSecretHash: null, formerEndsAt: null },
        });
      return "put";
    });
  }

  /** Whether anybody can make organizations and credentials. */
  async hasPlatformAdmin(): Promise<boolean> {
    const { clientId, orgId, role, revokedAt, expiresAt } = credentials;
    const isOpen = or(isNull(expiresAt), gt(expiresAt, sql`now()`));
    const rows = await this.database
      .orm()
      .select({ clientId })
      .from(credentials)
      .where(and(isNull(orgId), eq(role, "admin"), isNull(revokedAt), isOpen))
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
    const after = page.after && isAt([createdAt, clientId], ">", page.after, "text");
    return this.database
      .orm(signal)
      .select()
      .from(credentials)
      .where(and(belongsTo(page.orgId), after))
      .orderBy(asc(createdAt), asc(clientId))
      .limit(page.rowsMax);
  }

  /** Changes what is given of one; undefined where there is none. */
  async update(
    which: CredentialId,
    change: CredentialChange,
    by: By,
  ): Promise<StoredCredential | "revoked" | undefined> {
    return acting(this.database, by, async (act) => {
      const known = await lockCredential(act.orm, isIt(which));
      if (known === undefined) return undefined;
      if (known.revokedAt !== null) return "revoked";
      if (Object.keys(change).length === 0) return known;
      return updateCredential(act, known, { verb: "credential.update", change });
    });
  }

  /** Gives one another secret; undefined where there is none. An attempt whose answer was lost may have given it already. */
  async rotate(
    which: CredentialId,
    { secretHash, formerEndsAt }: NewSecret,
    by: By,
  ): Promise<StoredCredential | "revoked" | undefined> {
    return by.once("rotation", () =>
      acting(this.database, by, async (act) => {
        const known = await lockCredential(act.orm, isIt(which));
        if (known === undefined) return undefined;
        if (known.revokedAt !== null) return "revoked";
        if (known.secretHash === secretHash) return known;
        const former = { formerSecretHash: known.secretHash, formerEndsAt };
        return updateCredential(act, known, { verb: "credential.rotate", change: { secretHash, ...former } });
      }),
    );
  }

  /** Revokes one, or leaves it revoked; undefined where there is none. */
  async revoke(which: CredentialId, by: By): Promise<StoredCredential | undefined> {
    return acting(this.database, by, async (act) => {
      const known = await lockCredential(act.orm, isIt(which));
      return known === undefined || known.revokedAt !== null ? known : revokeCredential(act, known);
    });
  }
}

async function lockCredential(orm: Orm, isIt: ReturnType<typeof and>): Promise<StoredCredential | undefined> {
  const [row] = await orm.select().from(credentials).where(isIt).limit(1).for("update");
  return row;
}

async function insertCredential({ orm, by, note }: Act, fields: NewCredential): Promise<StoredCredential> {
  const [row] = await orm
    .insert(credentials)
    .values({ ...fields, createdBy: by.actor })
    .returning();
  if (row === undefined) throw new Error("a credential was not inserted");
  note({ verb: "credential.create", ...targetOf(row), before: null, after: shown(shownOf(row)) });
  return row;
}

type Changed = Partial<
  Omit<typeof credentials.$inferInsert, "clientId" | "orgId" | "role" | "createdAt" | "revokedAt">
>;

async function updateCredential(
  { orm, note }: Act,
  known: StoredCredential,
  {
    verb,
    change,
  }: {
    readonly verb: PlatformVerb;
    readonly change: Changed | { readonly revokedAt: ReturnType<typeof sql> };
  },
): Promise<StoredCredential> {
  const isIt = eq(credentials.clientId, known.clientId);
  const [row] = await orm.update(credentials).set(change).where(isIt).returning();
  if (row === undefined) throw new Error("a credential was not updated");
  note({ verb, ...targetOf(row), ...difference(shownOf(known), shownOf(row)) });
  return row;
}

function revokeCredential(act: Act, known: StoredCredential): Promise<StoredCredential> {
  return updateCredential(act, known, { verb: "credential.revoke", change: { revokedAt: sql`now()` } });
}

function targetOf({ orgId, clientId }: StoredCredential) {
  return { orgId, target: `credentials/${clientId}` };
}

/** Neither secrets nor hashes. */
function shownOf({ role, displayName, description, expiresAt, formerEndsAt, revokedAt }: StoredCredential) {
  return { role, displayName, description, expiresAt, formerEndsAt, revokedAt };
}

/** A secret that somebody chose may be that of another credential, now or before its newest rotation. */
async function revokeHolders(
  act: Act,
  { clientId, secretHash }: Pick<StoredCredential, "clientId" | "secretHash">,
): Promise<void> {
  const holds = or(eq(credentials.secretHash, secretHash), eq(credentials.formerSecretHash, secretHash));
  const isOther = and(ne(credentials.clientId, clientId), isNull(credentials.revokedAt), holds);
  for (;;) {
    const holder = await lockCredential(act.orm, isOther);
    if (holder === undefined) return;
    await revokeCredential(act, holder);
  }
}

function isPast(moment: Date | null): boolean {
  return moment !== null && moment.getTime() <= Date.now();
}

function isIt({ orgId, clientId }: CredentialId) {
  return and(belongsTo(orgId), eq(credentials.clientId, clientId));
}

function belongsTo(orgId: string | null) {
  return orgId === null ? isNull(credentials.orgId) : eq(credentials.orgId, orgId);
}
