import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { currencyOf, virtualCurrency } from "../../../domain/currency.ts";
import { isOrganizationName } from "../../../domain/organization-name.ts";
import { Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { organizationMessage } from "./organization-message.ts";

export const createOrganization: Handler<typeof OrganizationService.method.createOrganization> = async (
  call,
  request,
) => {
  const form = new Form();
  const { name } = request;
  const id = request.id === "" ? call.newId() : form.uuid("id", request.id);
  if (!isOrganizationName(name)) {
    form.refuse("name", "must be 2 to 64 letters, digits, `-` and `_`, beginning with a letter, and no UUID");
  }
  const displayName = form.text("display_name", request.displayName || name, { charactersMax: 255 });
  const shown = request.frontierCurrency || virtualCurrency;
  const frontierCurrency = form.currency("frontier_currency", shown, currencyOf(shown)).code;
  form.done();

  const created = await call.app.organizations.create({ id, name, displayName, frontierCurrency }, call);
  if (created !== undefined) return { organization: organizationMessage(created) };
  const field = (await call.app.organizations.find(name)) === undefined ? "id" : "name";
  throw new Refused({
    reason: "ALREADY_EXISTS",
    resource: "organization",
    field,
    name: field === "id" ? id : name,
  });
};
