import { type ContextValues, createContextKey } from "@connectrpc/connect";
import { Refused } from "../domain/refusal.ts";
import { hasOneOf, type Permissions, type Role, rolesWith } from "./permissions.ts";

export { type Role, roles } from "./permissions.ts";

/** Who is calling. */
export interface Caller {
  /** Whom the records name as having done what it does: a client id, or the subject of a token. */
  readonly actor: string;
  /** The organization it belongs to; null for the platform, whose role holds in every organization. */
  readonly orgId: string | null;
  readonly role: Role;
}

const callerKey = createContextKey<Caller | undefined>(undefined, { description: "the caller" });

export function setCaller(values: ContextValues, caller: Caller): void {
  values.set(callerKey, caller);
}

/** The caller of a request, once it has proved who it is. */
export function callerIn(values: ContextValues): Caller | undefined {
  return values.get(callerKey);
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
export function callerOf(context: { readonly values: ContextValues }): Caller {
  const caller = callerIn(context.values);
  if (caller === undefined)
    throw new Refused({ reason: "UNAUTHENTICATED", because: "no credential was given" });
  return caller;
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
