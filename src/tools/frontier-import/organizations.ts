import { virtualCurrency } from "../../domain/currency.ts";
import { isOrganizationName } from "../../domain/organization-name.ts";
import type { FrontierOrganization } from "./reading/rows.ts";
import type { Remark } from "./report.ts";
import type { ImportedOrganization, PresentOrganization } from "./writing/organizations.ts";

/** What becomes of an organization: it comes in, or is here, or stays out for a reason. */
export type OrganizationPlan =
  | { readonly outcome: "create"; readonly noted: Remark | undefined }
  | { readonly outcome: "present" }
  | { readonly outcome: "refuse"; readonly refused: Remark };

export function importedOrganization({
  id,
  name,
  title,
  createdAt,
}: FrontierOrganization): ImportedOrganization {
  return { id, name, displayName: title || name, createdAt };
}

/** `present` are those here that have its id or its name. */
export function planOrganization(
  { id, name }: ImportedOrganization,
  present: readonly PresentOrganization[],
): OrganizationPlan {
  const remark = (says: string): Remark => ({ about: "organization", id, says });
  const same = present.find((organization) => organization.id === id);
  if (same !== undefined && same.frontierCurrency !== virtualCurrency) {
    const says = `shows ${same.frontierCurrency} to Frontier's clients here, and its credits are ${virtualCurrency}`;
    return { outcome: "refuse", refused: remark(says) };
  }
  if (same !== undefined) return { outcome: "present" };
  const namesake = present.find((organization) => organization.name === name);
  if (namesake !== undefined) {
    const says = `is called ${JSON.stringify(name)}, as organization ${namesake.id} is here: rename one of them`;
    return { outcome: "refuse", refused: remark(says) };
  }
  const noted = isOrganizationName(name)
    ? undefined
    : remark(`is called ${JSON.stringify(name)}, which is no name here: it is found by its id alone`);
  return { outcome: "create", noted };
}
