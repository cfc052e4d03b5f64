import { notFound } from "../../../domain/refusal.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Call } from "../../shared/call.ts";

/** Disables or enables the organization that a request means. */
export async function setOrganizationState(call: Call, state: Organization["state"]): Promise<Organization> {
  const { id } = call.organization;
  const updated = await call.app.organizations.update(id, { state }, call);
  if (updated === undefined || updated === "name taken") throw notFound("organization", id);
  return updated;
}
