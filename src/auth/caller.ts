import { type ContextValues, createContextKey } from "@connectrpc/connect";
import { Refused } from "../domain/refusal.ts";
import { hasOneOf, type Permissions, type Role, rolesWith } from "./permissions.ts";

/** Who is calling. */
export interface Caller {
  /** Whom the records name as having done what it does: a client id, or the subject of a token. */
  readonly actor: string;
  /** The organization it belongs to; null for the platform, whose role holds in every organization. */
  readonly orgId: string | null;
  readonly role: Role;
}

/** A caller, since when that is known, and how it is found out anew. */
interface Known {
  readonly caller: Caller;
  readonly atMs: number;
  readonly again: (() => Promise<Caller>) | undefined;
}

/** What travels with a call. */
interface Travelling {
  readonly values: ContextValues;
}

const knownKey = createContextKey<Known | undefined>(undefined, { description: "the caller" });

/** @param again finds out anew who calls; undefined where that cannot change */
export function setCaller(values: ContextValues, caller: Caller, again?: () => Promise<Caller>): void {
  values.set(knownKey, { caller, atMs: performance.now(), again });
}

/** The caller of a request, once it has proved who it is. */
export function callerIn(values: ContextValues): Caller | undefined {
  return values.get(knownKey)?.caller;
}

const organizationKey = createContextKey<string | undefined>(undefined, { description: "the organization" });

/** Notes in which organization a caller acts, where it belongs to none. */
export function setOrganization(values: ContextValues, orgId: string): void {
  values.set(organizationKey, orgId);
}

/** The organization that a request is about, as far as that is known. */
export function organizationIn(values: ContextValues): string | undefined {
  return callerIn(values)?.orgId ?? values.get(organizationKey);
}

/** The caller of a request; a handler that asks was reached past admission. */
export function callerOf(context: Travelling): Caller {
  return knownIn(context).caller;
}

/** A message may come a minute after its headers. With the age of what is kept of a caller, less than the five seconds promised. */
const knownMsMax = 900;

/** Finds out anew who calls where that was found out too long ago to act on it, and rejects where the caller proves nothing any more. */
export function knownAgain({ values }: Travelling): Promise<void> | undefined {
  const { again, atMs } = knownIn({ values });
  if (again === undefined || performance.now() - atMs < knownMsMax) return undefined;
  return again().then((caller) => setCaller(values, caller, again));
}

function knownIn({ values }: Travelling): Known {
  const known = values.get(knownKey);
  if (known === undefined)
    throw new Refused({ reason: "UNAUTHENTICATED", because: "no credential was given" });
  return known;
}

/** A place, and what is needed there: an organization, which for a caller of the platform may be any, or the platform. */
interface Where {
  readonly orgId: string | null;
  /** One of them is enough. */
  readonly permissions: Permissions;
}

/** Refuses a caller that has none of the permissions there. */
export function authorize(caller: Caller, where: Where): void {
  const belongs = caller.orgId === null || caller.orgId === where.orgId;
  if (!belongs || !hasOneOf(caller.role, where.permissions)) throw denied(where);
}

/** Why not. Whether the organization exists is not told. */
export function denied({ orgId, permissions }: Where): Refused {
  return new Refused({
    reason: "PERMISSION_DENIED",
    roles: rolesWith(permissions),
    scope: orgId === null ? "platform" : "organization",
  });
}
