import { ManagementDialect } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { currencyOf } from "../../../domain/currency.ts";
import { isOrganizationName } from "../../../domain/organization-name.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Form } from "../../shared/form.ts";
import { choiceOf } from "../page.ts";

type Dialect = Organization["managementDialect"];

const dialectMessages: Record<Dialect, ManagementDialect> = {
  x: ManagementDialect.X,
  edge: ManagementDialect.EDGE,
};

export function nameOf(form: Form, name: string): string {
  if (!isOrganizationName(name)) {
    form.refuse("name", "must be 2 to 64 letters, digits, `-` and `_`, beginning with a letter, and no UUID");
  }
  return name;
}

export function displayNameOf(form: Form, displayName: string): string {
  return form.text("display_name", displayName, { charactersMax: 255 });
}

export function frontierCurrencyOf(form: Form, code: string): string {
  return form.currency("frontier_currency", code, currencyOf(code)).code;
}

/** Undefined where it is unspecified. */
export function managementDialectOf(form: Form, value: ManagementDialect): Dialect | undefined {
  const unspecified = ManagementDialect.UNSPECIFIED;
  return choiceOf(form, "management_dialect", { value, unspecified, messages: dialectMessages });
}
