import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";
import { credentials } from "../schema.ts";
import type { Act } from "../trail/act.ts";
import { difference, isNone, shown } from "../trail/shown.ts";
import type { PlatformVerb } from "../trail/verbs.ts";
import { spend } from "./spent-secrets.ts";

/** A client id with its rights, and the hashes of its secrets. */
export type StoredCredential = typeof credentials.$inferSelect;

/** A credential as it is to be made. */
export type NewCredential = Pick<
  StoredCredential,
  "clientId" | "orgId" | "role" | "secretHash" | "displayName"
> &
  Partial<Pick<StoredCredential, "description" | "expiresAt">>;

export async function lockCredential(orm: Orm, isIt: SQL | undefined): Promise<StoredCredential | undefined> {
  const [row] = await orm.select().from(credentials).where(isIt).limit(1).for("update");
  return row;
}

export async function insertCredential(
  { orm, by, note }: Act,
  fields: NewCredential,
): Promise<StoredCredential> {
  const [row] = await orm
    .insert(credentials)
    .values({ ...fields, createdBy: by.actor })
    .returning();
  if (row === undefined) throw new Error("a credential was not inserted");
  note({ verb: "credential.create", ...targetOf(row), before: null, after: shown(shownOf(row)) });
  return row;
}

type Changed = Partial<Pick<StoredCredential, "displayName" | "description" | "expiresAt">>;

/** Leaves what is as it is to be. */
export async function changeCredential(
  act: Act,
  known: StoredCredential,
  change: Changed,
): Promise<StoredCredential> {
  if (isNone(difference(shownOf(known), shownOf({ ...known, ...change })))) return known;
  return update(act, known, { verb: "credential.update", change });
}

/** The secrets that one has from now on. Those that it had, and has no longer as its newest, are spent. */
export type Secrets = Pick<
  StoredCredential,
  "secretHash" | "formerSecretHash" | "formerEndsAt" | "newestProved"
>;

export async function replaceSecret(
  act: Act,
  known: StoredCredential,
  change: Secrets,
): Promise<StoredCredential> {
  await spend(act, known.clientId, [known.secretHash, known.formerSecretHash]);
  return update(act, known, { verb: "credential.rotate", change });
}

/** @param kept the hash of a secret that goes on to be good, for somebody else */
export async function revokeCredential(
  act: Act,
  known: StoredCredential,
  kept?: string,
): Promise<StoredCredential> {
  const hashes = [known.secretHash, known.formerSecretHash].filter((hash) => hash !== kept);
  await spend(act, known.clientId, hashes);
  return update(act, known, { verb: "credential.revoke", change: { revokedAt: sql`now()` } });
}

async function update(
  { orm, note }: Act,
  known: StoredCredential,
  {
    verb,
    change,
  }: { readonly verb: PlatformVerb; readonly change: Changed | Secrets | { readonly revokedAt: SQL } },
): Promise<StoredCredential> {
  const isIt = eq(credentials.clientId, known.clientId);
  const [row] = await orm.update(credentials).set(change).where(isIt).returning();
  if (row === undefined) throw new Error("a credential was not updated");
  note({ verb, ...targetOf(row), ...difference(shownOf(known), shownOf(row)) });
  return row;
}

function targetOf({ orgId, clientId }: StoredCredential) {
  return { orgId, target: `credentials/${clientId}` };
}

/** Neither secrets nor hashes. */
function shownOf({ role, displayName, description, expiresAt, formerEndsAt, revokedAt }: StoredCredential) {
  return { role, displayName, description, expiresAt, formerEndsAt, revokedAt };
}

export function belongsTo(orgId: string | null): SQL | undefined {
  return orgId === null ? isNull(credentials.orgId) : eq(credentials.orgId, orgId);
}

export function isCredential({ orgId, clientId }: Pick<StoredCredential, "orgId" | "clientId">) {
  return and(belongsTo(orgId), eq(credentials.clientId, clientId));
}

/** @param clock the database's, by which it is told whether a credential is good; that of this machine may be behind it */
export function isPast(moment: Date | null, clock: Date): boolean {
  return moment !== null && moment <= clock;
}
