import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { displayNameOf, frontierCurrencyOf, managementDialectOf, nameOf } from "./organization-fields.ts";
import { organizationMessage } from "./organization-message.ts";

export const updateOrganization: Handler<typeof OrganizationService.method.updateOrganization> = async (
  call,
  request,
) => {
  const { id } = call.organization;
  const form = new Form();
  const { name, displayName, frontierCurrency, managementDialect } = request;
  const change = {
    ...(name !== undefined && { name: nameOf(form, name) }),
    ...(displayName !== undefined && { displayName: displayNameOf(form, displayName) }),
    ...(frontierCurrency !== undefined && { frontierCurrency: frontierCurrencyOf(form, frontierCurrency) }),
    ...(managementDialect !== undefined && {
      managementDialect: managementDialectOf(form, managementDialect),
    }),
  };
  form.done();

  const updated = await call.app.organizations.update(id, change, call.signal);
  if (updated === undefined) throw notFound("organization", id);
  if (updated === "name taken") {
    throw new Refused({
      reason: "ALREADY_EXISTS",
      resource: "organization",
      field: "name",
      name: name ?? "",
    });
  }
  return { organization: organizationMessage(updated) };
};
