import { authorize, type Role } from "../../auth/caller.ts";
import { invalidField, notFound, Refused } from "../../domain/refusal.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "./call.ts";

/** What a request says about which organization it means. */
export interface OrganizationName {
  readonly idOrName: string;
  /** What the request calls that field, for its errors. */
  readonly field: string;
}

/**
 * The organization of an id or a name, for a caller that has the role in it. To a caller of one organization every
 * other is forbidden, whether it exists or not.
 */
export async function organizationFor(
  call: Call,
  { idOrName, field }: OrganizationName,
  role: Role,
): Promise<Organization> {
  const { app, caller } = call;
  if (idOrName === "") throw invalidField(field, "is required");
  if (caller.orgId === null) {
    authorize(caller, { orgId: null, role });
    const organization = await app.organizations.find(idOrName);
    if (organization === undefined) throw notFound("organization", idOrName);
    return organization;
  }
  const own = await ownOrganization(call, caller.orgId);
  if (idOrName.toLowerCase() !== own.id && idOrName !== own.name)
    throw new Refused({ reason: "PERMISSION_DENIED" });
  authorize(caller, { orgId: own.id, role });
  return own;
}

/** The organization that owns what a caller named by id alone. */
export async function organizationOf(call: Call, orgId: string, role: Role): Promise<Organization> {
  authorize(call.caller, { orgId, role });
  return ownOrganization(call, orgId);
}

async function ownOrganization(call: Call, orgId: string): Promise<Organization> {
  const organization = await call.app.organizations.find(orgId);
  if (organization === undefined) throw notFound("organization", orgId);
  return organization;
}
