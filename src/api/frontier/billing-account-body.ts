import type { BillingAccountRequestBody } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { currencyOf, virtualCurrency } from "../../domain/currency.ts";
import type { BillingAccountChange } from "../../store/customers/billing-accounts.ts";
import { sizeProblem } from "../../store/customers/column-size.ts";
import { Form } from "../shared/form.ts";

const taxIdsMax = 100;

/** What a request says about a billing account. The currency of invoices is there only where it is said. */
export function narrowBody(body: BillingAccountRequestBody | undefined): BillingAccountChange {
  const form = new Form();
  if (body === undefined) form.refuse("body", "is required");
  const text = (name: string, value = "", charactersMax = 255) =>
    form.text(`body.${name}`, value, { charactersMax });
  const invoiceCurrency = invoiceCurrencyOf(form, body?.currency ?? "");
  if ((body?.taxData.length ?? 0) > taxIdsMax)
    form.refuse("body.tax_data", `has more than ${taxIdsMax} tax ids`);
  form.check("body.tax_data", sizeProblem(body?.taxData.map(({ type, id }) => ({ type, id }))));
  const { address } = body ?? {};
  const change = {
    name: text("name", body?.name),
    email: form.email("body.email", body?.email ?? ""),
    phone: text("phone", body?.phone, 64),
    ...(invoiceCurrency !== "" && { invoiceCurrency }),
    taxData: (body?.taxData ?? []).slice(0, taxIdsMax).map(({ type, id }, index) => ({
      type: text(`tax_data[${index}].type`, type),
      id: text(`tax_data[${index}].id`, id),
    })),
    address:
      address === undefined
        ? null
        : {
            line1: text("address.line1", address.line1),
            line2: text("address.line2", address.line2),
            city: text("address.city", address.city),
            state: text("address.state", address.state),
            postalCode: text("address.postal_code", address.postalCode),
            country: text("address.country", address.country),
          },
    metadata: body?.metadata === undefined ? null : form.metadata("body.metadata", body.metadata),
  };
  form.done();
  return change;
}

function invoiceCurrencyOf(form: Form, code: string): string {
  const upper = code.toUpperCase();
  if (code !== "" && (upper === virtualCurrency || currencyOf(upper) === undefined))
    form.refuse("body.currency", "is not an ISO 4217 code such as usd");
  return code.toLowerCase();
}
