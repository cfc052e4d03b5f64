import type { SupportedCurrency } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { invalidField, notFound } from "../../../domain/refusal.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { ConfiguredCurrency } from "../../../store/terms/currency-row.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { codeOf } from "../currency.ts";

/** The organization and the currency of a request. NOT_FOUND where there is none. */
export async function currencyNamed(
  call: Call,
  request: { readonly id: string },
): Promise<{ organization: Organization; currency: ConfiguredCurrency }> {
  const { organization } = call;
  const currency = await call.app.currencies.find(organization.id, narrowedCode(request.id));
  if (currency === undefined) throw notFound("currency", request.id);
  return { organization, currency };
}

export function bodyOf(request: {
  readonly supportedCurrency?: SupportedCurrency | undefined;
}): SupportedCurrency {
  if (request.supportedCurrency === undefined) throw invalidField("supported_currency", "is required");
  return request.supportedCurrency;
}

export function narrowedCode(id: string): string {
  const form = new Form();
  const narrowed = form.text("id", id, { charactersMax: 10, required: true });
  form.done();
  return codeOf(narrowed);
}
