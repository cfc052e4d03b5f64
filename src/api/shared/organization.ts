import { Scope } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { App } from "../../app.ts";
import { authorize, type Caller, denied } from "../../auth/caller.ts";
import { invalidField, notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { type Access, nameIn } from "./access.ts";
import { notUuid } from "./form.ts";

/** Who asks. */
interface Asking {
  readonly app: App;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/**
 * Refuses a caller that may not call a method, and answers the organization that the request means; undefined where it
 * means none. To a caller of one organization every other is forbidden, whether it exists or not.
 */
export async function organizationFor(
  asking: Asking,
  access: Access,
  request: object,
): Promise<Organization | undefined> {
  const { role, scope } = access;
  if (scope === Scope.PLATFORM) authorize(asking.caller, { orgId: null, role });
  const named = nameIn(request, access.organization);
  if (named !== "") return organizationNamed(asking, access, named);
  const account = nameIn(request, access.account);
  if (account !== "") return organizationOfAccount(asking, access, account);
  return organizationUnnamed(asking, access);
}

async function organizationNamed(
  { app, caller }: Asking,
  { role }: Access,
  named: string,
): Promise<Organization> {
  if (caller.orgId === null) {
    authorize(caller, { orgId: named, role });
    const organization = await app.organizations.find(named);
    if (organization === undefined) throw notFound("organization", named);
    return organization;
  }
  const own = await organizationOfId(app, caller.orgId);
  const isOwn = named.toLowerCase() === own.id || named === own.name;
  // A former name goes on to mean it.
  if (!isOwn && !(await app.organizations.hasHadName(own.id, named))) throw denied({ orgId: named, role });
  authorize(caller, { orgId: own.id, role });
  return own;
}

/** A caller of one organization looks for the account in that one only, so it cannot tell what exists elsewhere. */
async function organizationOfAccount(asking: Asking, access: Access, account: string): Promise<Organization> {
  const { app, caller } = asking;
  authorize(caller, { orgId: caller.orgId ?? account, role: access.role });
  if (!isUuid(account)) throw invalidField(access.account?.name ?? "", notUuid);
  if (caller.orgId !== null) return organizationOfId(app, caller.orgId);
  const id = account.toLowerCase();
  const customer = await app.customers.findAnywhere(id, asking.signal);
  if (customer === undefined) throw notFound("customer", id);
  return organizationOfId(app, customer.orgId);
}

async function organizationUnnamed(
  { app, caller }: Asking,
  { role, scope, organization, account }: Access,
): Promise<Organization | undefined> {
  if (account !== undefined) throw invalidField(organization?.name ?? "", `is required, or ${account.name}`);
  if (scope === Scope.ORGANIZATION) throw invalidField(organization?.name ?? "", "is required");
  const orgId = scope === Scope.CALLER ? caller.orgId : null;
  authorize(caller, { orgId, role });
  return orgId === null ? undefined : organizationOfId(app, orgId);
}

async function organizationOfId(app: App, id: string): Promise<Organization> {
  const organization = await app.organizations.find(id);
  if (organization === undefined) throw notFound("organization", id);
  return organization;
}
