import { and, asc, eq, isNull } from "drizzle-orm";
import { clockIn } from "../driver/clock.ts";
import type { Database } from "../driver/database.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import { creating } from "../driver/transactions/attempt.ts";
import { credentials } from "../schema.ts";
import { acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import {
  belongsTo,
  changeCredential,
  insertCredential,
  isCredential,
  isPast,
  lockCredential,
  type NewCredential,
  replaceSecret,
  revokeCredential,
  type StoredCredential,
} from "./credential-rows.ts";

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

/** The credentials of the platform (organization null) and of organizations. One that is revoked is never made good again. */
export class Credentials {
  constructor(private readonly database: Database) {}

  /** By which it is told whether one is good: the clock of this machine may differ. */
  clock(signal?: AbortSignal): Promise<Date> {
    return clockIn(this.database.orm(signal));
  }

  async create(fields: NewCredential, by: By): Promise<StoredCredential> {
    const create = () => acting(this.database, by, (act) => insertCredential(act, fields));
    const made = () => this.findByClientId(fields.clientId);
    return creating("credential creation", { create, made }, by);
  }

  private async findByClientId(clientId: string): Promise<StoredCredential | undefined> {
    const isIt = and(eq(credentials.clientId, clientId), isNull(credentials.revokedAt));
    const [row] = await this.database.keyed().select().from(credentials).where(isIt).limit(1);
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
      const known = await lockCredential(act.orm, isCredential(which));
      if (known === undefined) return undefined;
      if (known.revokedAt !== null) return "revoked";
      return changeCredential(act, known, change);
    });
  }

  /**
   * Gives one another secret, beside the one by which it is known; undefined where there is none. An attempt whose answer was
   * lost may have given it already.
   */
  async rotate(
    which: CredentialId,
    { secretHash, formerEndsAt }: NewSecret,
    by: By,
  ): Promise<StoredCredential | "revoked" | undefined> {
    return by.once("rotation", () =>
      acting(this.database, by, async (act) => {
        const known = await lockCredential(act.orm, isCredential(which));
        if (known === undefined) return undefined;
        if (known.revokedAt !== null) return "revoked";
        if (known.secretHash === secretHash) return known;
        const former = isToReplace(known, await clockIn(act.orm))
          ? {
              formerSecretHash: known.formerSecretHash,
              formerEndsAt: earlierOf(known.formerEndsAt, formerEndsAt),
            }
          : { formerSecretHash: known.secretHash, formerEndsAt };
        return replaceSecret(act, known, { secretHash, ...former, newestProved: false });
      }),
    );
  }

  /** Revokes one, or leaves it revoked; undefined where there is none. */
  async revoke(which: CredentialId, by: By): Promise<StoredCredential | undefined> {
    return acting(this.database, by, async (act) => {
      const known = await lockCredential(act.orm, isCredential(which));
      return known === undefined || known.revokedAt !== null ? known : revokeCredential(act, known);
    });
  }
}

/** Whether the newest secret has proved nobody, as when the answer to its rotation was lost, beside one that is good. */
function isToReplace(
  { newestProved, formerSecretHash, formerEndsAt }: StoredCredential,
  clock: Date,
): boolean {
  return !newestProved && formerSecretHash !== null && !isPast(formerEndsAt, clock);
}

/** What has an end, or has ended, is not made to last. */
function earlierOf(known: Date | null, asked: Date): Date {
  return known !== null && known < asked ? known : asked;
}
