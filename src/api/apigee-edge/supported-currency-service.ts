import type { ServiceImpl } from "@connectrpc/connect";
import type {
  SupportedCurrency,
  SupportedCurrencyService,
} from "../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import type { App } from "../../app.ts";
import type { Role } from "../../auth/caller.ts";
import { invalidField, notFound, Refused } from "../../domain/refusal.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { type ConfiguredCurrency, currenciesMax } from "../../store/terms/currencies.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { codeOf } from "./currency.ts";
import { currencyMessage } from "./currency-message.ts";
import { limitsOf, newCurrency, replacement } from "./currency-request.ts";
import { numberedPage, rowsOf } from "./numbered-page.ts";
import { organizationNamed } from "./owner.ts";

export function supportedCurrencyService(app: App): ServiceImpl<typeof SupportedCurrencyService> {
  return {
    async listSupportedCurrencies(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "reader");
      const form = new Form();
      const page = numberedPage(form, request);
      form.done();
      const currencies = await app.currencies.list(organization.id, call.signal);
      return {
        supportedCurrency: rowsOf(currencies, page).map((each) => currencyMessage(organization, each)),
        totalRecords: currencies.length,
      };
    },

    async createSupportedCurrency(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "admin");
      const form = new Form();
      const currency = newCurrency(form, organization, bodyOf(request));
      form.done();
      const outcome = await app.currencies.create(currency, call.signal);
      const { code } = currency;
      if (outcome === "taken") {
        throw new Refused({ reason: "ALREADY_EXISTS", resource: "currency", field: "name", name: code });
      }
      if (outcome === "too many") {
        const problem = `would be one more than the ${currenciesMax} that an organization may have`;
        throw invalidField("supported_currency.name", problem);
      }
      return { supportedCurrency: currencyMessage(organization, currency) };
    },

    async getSupportedCurrency(request, context) {
      const { organization, currency } = await currencyNamed(callOf(app, context), request, "reader");
      return { supportedCurrency: currencyMessage(organization, currency) };
    },

    async updateSupportedCurrency(request, context) {
      const call = callOf(app, context);
      const { organization, currency: known } = await currencyNamed(call, request, "admin");
      const { orgId, code } = known;
      const form = new Form();
      const body = bodyOf(request);
      const change = { ...replacement(form, organization, { code, body }), ...limitsOf(form, body, known) };
      form.done();
      const currency = await app.currencies.update({ orgId, code }, change, call.signal);
      if (currency === undefined) throw notFound("currency", request.id);
      return { supportedCurrency: currencyMessage(organization, currency) };
    },

    async deleteSupportedCurrency(request, context) {
      const call = callOf(app, context);
      const { id: orgId } = await organizationNamed(call, request, "admin");
      const code = narrowedCode(request.id);
      const outcome = await app.currencies.delete(orgId, code, call.signal);
      if (outcome === "none") throw notFound("currency", request.id);
      if (outcome === "in use") throw new Refused({ reason: "CURRENCY_IN_USE", currency: code });
      return {};
    },
  };
}

/** The organization and the currency of a request. NOT_FOUND where there is none. */
async function currencyNamed(
  call: Call,
  request: { readonly organization: string; readonly id: string },
  role: Role,
): Promise<{ organization: Organization; currency: ConfiguredCurrency }> {
  const organization = await organizationNamed(call, request, role);
  const currency = await call.app.currencies.find(organization.id, narrowedCode(request.id), call.signal);
  if (currency === undefined) throw notFound("currency", request.id);
  return { organization, currency };
}

function bodyOf(request: { readonly supportedCurrency?: SupportedCurrency | undefined }): SupportedCurrency {
  if (request.supportedCurrency === undefined) throw invalidField("supported_currency", "is required");
  return request.supportedCurrency;
}

function narrowedCode(id: string): string {
  const form = new Form();
  const narrowed = form.text("id", id, { charactersMax: 10, required: true });
  form.done();
  return codeOf(narrowed);
}
