import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { virtualCurrency } from "../../../domain/currency.ts";
import { Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { displayNameOf, frontierCurrencyOf, managementDialectOf, nameOf } from "./organization-fields.ts";
import { organizationMessage } from "./organization-message.ts";

export const createOrganization: Handler<typeof OrganizationService.method.createOrganization> = async (
  call,
  request,
) => {
  const form = new Form();
  const id = request.id === "" ? call.newId() : form.uuid("id", request.id);
  const name = nameOf(form, request.name);
  const displayName = displayNameOf(form, request.displayName || name);
  const frontierCurrency = frontierCurrencyOf(form, request.frontierCurrency || virtualCurrency);
  const managementDialect = managementDialectOf(form, request.managementDialect) ?? "x";
  form.done();

  const fields = { id, name, displayName, frontierCurrency, managementDialect };
  const created = await call.app.organizations.create(fields, call);
  if (created !== undefined) return { organization: organizationMessage(created) };
  const field = (await call.app.organizations.find(name)) === undefined ? "id" : "name";
  throw new Refused({
    reason: "ALREADY_EXISTS",
    resource: "organization",
    field,
    name: field === "id" ? id : name,
  });
};
