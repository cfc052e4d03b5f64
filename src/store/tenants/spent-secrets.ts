import { eq, or } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";
import { credentials, spentSecrets } from "../schema.ts";
import type { Act } from "../trail/act.ts";

/** Notes, for ever, that no secret of these hashes is to be made good again. */
export async function spend(
  { orm }: Act,
  clientId: string,
  hashes: readonly (string | null)[],
): Promise<void> {
  const rows = hashes.filter((hash) => hash !== null).map((hash) => ({ hash, clientId }));
  if (rows.length > 0) await orm.insert(spentSecrets).values(rows).onConflictDoNothing();
}

/** Whether a secret that nobody has now was somebody's before. */
export async function isSpent(orm: Orm, hash: string): Promise<boolean> {
  const noted = await orm.select().from(spentSecrets).where(eq(spentSecrets.hash, hash)).limit(1);
  if (noted.length > 0) return true;
  // An instance of a version that notes nothing may have ended it.
  const { secretHash, formerSecretHash } = credentials;
  const had = or(eq(secretHash, hash), eq(formerSecretHash, hash));
  const rows = await orm.select({ secretHash }).from(credentials).where(had).limit(1);
  return rows.length > 0;
}
