import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { clockIn } from "../driver/clock.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { credentials } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import {
  insertCredential,
  isPast,
  lockCredential,
  type NewCredential,
  replaceSecret,
  revokeCredential,
  type StoredCredential,
} from "./credential-rows.ts";
import { isSpent } from "./spent-secrets.ts";

/** Why a credential of the settings was not put: what that of its client id, or its secret, is already. */
export type PutObstacle = "revoked" | "other rights" | "expired" | "spent";

const advisoryLock = sql.raw("7400006");

/** Those by which a start lets an operator in. */
export class PlatformAdmins {
  constructor(private readonly database: Database) {}

  /**
   * Creates a platform credential with role admin, or gives the one of that client id the secret that is said, alone. Whoever
   * has that secret under another client id is revoked: a secret belongs to one. Changes nothing where that would make good
   * again what has ended, or give somebody other rights. Starts at once take turns.
   */
  put(
    fields: Pick<NewCredential, "clientId" | "secretHash" | "displayName">,
    by: By,
  ): Promise<"put" | PutObstacle> {
    return retrying(() =>
      acting(this.database, by, async (act) => {
        await act.orm.execute(sql`select pg_advisory_xact_lock(${advisoryLock})`);
        return putOne(act, fields);
      }),
    );
  }

  /** Whether anybody can make organizations and credentials. */
  async isThereOne(): Promise<boolean> {
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
}

async function putOne(
  act: Act,
  fields: Pick<NewCredential, "clientId" | "secretHash" | "displayName">,
): Promise<"put" | PutObstacle> {
  const { clientId, secretHash } = fields;
  const known = await lockCredential(act.orm, eq(credentials.clientId, clientId));
  const clock = await clockIn(act.orm);
  const obstacle = known && obstacleOf(known, clock);
  if (obstacle !== undefined) return obstacle;
  if (known?.secretHash === secretHash) return "put";
  // The settings may have the former secret for as long as it is good.
  if (known?.formerSecretHash === secretHash && !isPast(known.formerEndsAt, clock)) return "put";
  const holder = await holderOf(act.orm, secretHash);
  if (holder === undefined ? await isSpent(act.orm, secretHash) : isPast(holder.expiresAt, clock))
    return "spent";
  if (holder !== undefined) await revokeCredential(act, holder, secretHash);
  const secrets = { secretHash, formerSecretHash: null, formerEndsAt: null, newestProved: true };
  if (known === undefined) await insertCredential(act, { ...fields, orgId: null, role: "admin" });
  else await replaceSecret(act, known, secrets);
  return "put";
}

function obstacleOf(
  { revokedAt, orgId, role, expiresAt }: StoredCredential,
  clock: Date,
): PutObstacle | undefined {
  if (revokedAt !== null) return "revoked";
  if (orgId !== null || role !== "admin") return "other rights";
  return isPast(expiresAt, clock) ? "expired" : undefined;
}

/** Who has that secret now; an index lets it be one. */
function holderOf(orm: Orm, secretHash: string): Promise<StoredCredential | undefined> {
  return lockCredential(orm, and(eq(credentials.secretHash, secretHash), isNull(credentials.revokedAt)));
}
