import {
  ManagementDialect,
  type OrganizationService,
  UpdateOrganizationRequestSchema,
} from "../../../../gen/tallystick/v1/organization_pb.ts";
import { virtualCurrency } from "../../../domain/currency.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { changesOf } from "../update-mask.ts";
import { displayNameOf, frontierCurrencyOf, managementDialectOf, nameOf } from "./organization-fields.ts";
import { organizationMessage } from "./organization-message.ts";

export const updateOrganization: Handler<typeof OrganizationService.method.updateOrganization> = async (
  call,
  request,
) => {
  const { id, name: known } = call.organization;
  const form = new Form();
  const { name = "", frontierCurrency = virtualCurrency } = request;
  const { managementDialect = ManagementDialect.UNSPECIFIED } = request;
  const update = { desc: UpdateOrganizationRequestSchema, request };
  const asked = changesOf(form, update, {
    name: request.name,
    displayName: request.displayName,
    frontierCurrency: request.frontierCurrency,
    managementDialect: managementDialectOf(form, managementDialect),
  });
  const change = {
    ...("name" in asked && { name: nameOf(form, name) }),
    ...("displayName" in asked && {
      displayName: displayNameOf(form, request.displayName || ("name" in asked && name) || known),
    }),
    ...("frontierCurrency" in asked && { frontierCurrency: frontierCurrencyOf(form, frontierCurrency) }),
    ...(asked.managementDialect && { managementDialect: asked.managementDialect }),
  };
  form.done();

  const updated = await call.app.organizations.update(id, change, call);
  if (updated === undefined) throw notFound("organization", id);
  if (updated === "name taken")
    throw new Refused({ reason: "ALREADY_EXISTS", resource: "organization", field: "name", name });
  return { organization: organizationMessage(updated) };
};
