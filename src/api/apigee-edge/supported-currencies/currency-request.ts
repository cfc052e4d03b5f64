import type { SupportedCurrency } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { defaultPlaces, isVirtualCurrency, mayBeVirtual } from "../../../domain/currency.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { ConfiguredCurrency } from "../../../store/terms/currency-row.ts";
import type { Form } from "../../shared/form.ts";
import { notMoney } from "../../shared/refused-field.ts";
import { codeOf } from "../currency.ts";

type Limits = Pick<ConfiguredCurrency, "creditLimit" | "minimumTopUp">;
type Words = Pick<ConfiguredCurrency, "displayName" | "description" | "status" | "isVirtual">;

const wordsMax = { charactersMax: 255 };
const field = (name: string) => `supported_currency.${name}`;

/** The currency that a request wants to be made; only its name is required. */
export function newCurrency(
  form: Form,
  organization: Organization,
  body: SupportedCurrency,
): ConfiguredCurrency {
  const code = codeOf(body.name);
  const isVirtual = isVirtualCurrency(code, body.virtualCurrency);
  if (!mayBeVirtual(code, isVirtual)) {
    form.refuse(
      field("name"),
      "must be an ISO 4217 code such as USD, or for a virtual currency 2 to 10 letters and digits",
    );
  }
  checkNames(form, organization, { code, body });
  const places = defaultPlaces(isVirtual);
  const displayName = form.text(field("display_name"), body.displayName || code, wordsMax);
  return {
    orgId: organization.id,
    code,
    places,
    isVirtual,
    displayName,
    description: form.text(field("description"), body.description || displayName, wordsMax),
    status: body.status === "" ? "active" : statusOf(form, body.status),
    ...limitsOf(form, body, { code, places }),
    captureOverdraft: null,
  };
}

/** What replaces a known currency. Edge wants every property; those that it has optional are `limitsOf`. */
export function replacement(
  form: Form,
  organization: Organization,
  of: { code: string; body: SupportedCurrency },
): Words {
  const { code, body } = of;
  const required = { ...wordsMax, required: true };
  checkNames(form, organization, of);
  if (codeOf(body.name) !== code) form.refuse(field("name"), `must be ${code}, which cannot be changed`);
  if (body.virtualCurrency === undefined) form.refuse(field("virtual_currency"), "is required");
  else if (!mayBeVirtual(code, body.virtualCurrency)) form.refuse(field("virtual_currency"), notMoney(code));
  return {
    displayName: form.text(field("display_name"), body.displayName, required),
    description: form.text(field("description"), body.description, required),
    status: statusOf(form, body.status),
    isVirtual: body.virtualCurrency ?? false,
  };
}

/** Both 0 where they are left out. */
export function limitsOf(
  form: Form,
  body: SupportedCurrency,
  currency: { readonly code: string; readonly places: number },
): Limits {
  return {
    creditLimit: form.limit(field("credit_limit"), body.creditLimit, currency),
    minimumTopUp: form.limit(field("minimum_topup_amount"), body.minimumTopupAmount, currency),
  };
}

/** What a body repeats must not say otherwise. */
function checkNames(
  form: Form,
  organization: Organization,
  of: { code: string; body: SupportedCurrency },
): void {
  const { code, body } = of;
  if (body.id !== "" && codeOf(body.id) !== code) form.refuse(field("id"), "is another one than the name");
  const named = body.organization?.id ?? "";
  if (named !== "" && named !== organization.name && named.toLowerCase() !== organization.id) {
    form.refuse(field("organization.id"), "is another one than in the path");
  }
}

function statusOf(form: Form, status: string): ConfiguredCurrency["status"] {
  if (status === "INACTIVE") return "inactive";
  if (status !== "ACTIVE") form.refuse(field("status"), "must be ACTIVE or INACTIVE");
  return "active";
}
