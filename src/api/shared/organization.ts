import { Scope } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { App } from "../../app.ts";
import { authorize, type Caller, denied } from "../../auth/caller.ts";
import type { Permissions } from "../../auth/permissions.ts";
import { invalidField, notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { type Access, nameIn } from "./access.ts";
import { notUuid } from "./form.ts";

/** Who asks. */
interface Asking {
  readonly app: App;
  readonly caller: Caller;
}

/**
 * Finds the organization that a request names, undefined where it names none, and refuses a caller who may not call the method there.
 * To a caller of one organization every other one is forbidden, whether it exists or not. It returns a promise only where something
 * has to be looked up.
 */
export function organizationFor(
  asking: Asking,
  access: Access,
  request: object,
): Organization | undefined | Promise<Organization | undefined> {
  const { permissions, scope } = access;
  if (scope === Scope.PLATFORM) authorize(asking.caller, { orgId: null, permissions });
  const named = nameIn(request, access.organization);
  if (named !== "") return organizationNamed(asking, access, named);
  const account = nameIn(request, access.account);
  if (account !== "") return organizationOfAccount(asking, access, account);
  return organizationUnnamed(asking, access);
}

function organizationNamed(
  { app, caller }: Asking,
  { permissions }: Access,
  named: string,
): Organization | Promise<Organization> {
  const { orgId } = caller;
  if (orgId === null) {
    authorize(caller, { orgId: named, permissions });
    return organizationOf(app, named);
  }
  const own = app.organizations.kept(orgId);
  if (own === undefined || !isNow(own, named))
    return ownOrganization(app, caller, { orgId, permissions, named });
  authorize(caller, { orgId: own.id, permissions });
  return own;
}

async function ownOrganization(
  app: App,
  caller: Caller,
  { orgId, permissions, named }: { orgId: string; permissions: Permissions; named: string },
): Promise<Organization> {
  const own = await organizationOf(app, orgId);
  // A former name of the organization still means it.
  if (!isNow(own, named) && !(await app.organizations.hasHadName(own.id, named)))
    throw denied({ orgId: named, permissions });
  authorize(caller, { orgId: own.id, permissions });
  return own;
}

function isNow({ id, name }: Organization, named: string): boolean {
  return named === name || named.toLowerCase() === id;
}

/** For a caller of one organization the account is looked up in that one only, so it cannot find out what exists elsewhere. */
async function organizationOfAccount(asking: Asking, access: Access, account: string): Promise<Organization> {
  const { app, caller } = asking;
  authorize(caller, { orgId: caller.orgId ?? account, permissions: access.permissions });
  if (!isUuid(account)) throw invalidField(access.account?.name ?? "", notUuid);
  if (caller.orgId !== null) return organizationOf(app, caller.orgId);
  const id = account.toLowerCase();
  await app.database.nodes.requireAll();
  const customer = await app.customers.findAnywhere(id);
  if (customer === undefined) throw notFound("customer", id);
  return organizationOf(app, customer.orgId);
}

async function organizationUnnamed(
  { app, caller }: Asking,
  { permissions, scope, organization, account }: Access,
): Promise<Organization | undefined> {
  if (account !== undefined) throw invalidField(organization?.name ?? "", `is required, or ${account.name}`);
  if (scope === Scope.ORGANIZATION) throw invalidField(organization?.name ?? "", "is required");
  const orgId = scope === Scope.CALLER ? caller.orgId : null;
  authorize(caller, { orgId, permissions });
  return orgId === null ? undefined : organizationOf(app, orgId);
}

function organizationOf(app: App, idOrName: string): Organization | Promise<Organization> {
  return app.organizations.kept(idOrName) ?? foundOrganization(app, idOrName);
}

async function foundOrganization(app: App, idOrName: string): Promise<Organization> {
  const organization = await app.organizations.find(idOrName);
  if (organization === undefined) throw notFound("organization", idOrName);
  return organization;
}
