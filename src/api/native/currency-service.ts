import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type Currency as CurrencyMessage,
  CurrencySchema,
  type CurrencyService,
  type PutCurrencyRequest,
  CurrencyStatus as StatusMessage,
} from "../../../gen/tallystick/v1/currency_pb.ts";
import type { App } from "../../app.ts";
import { Amount, amountPlacesMax } from "../../domain/amount.ts";
import { currencyOf, virtualCurrency } from "../../domain/currency.ts";
import { invalidField, notFound, Refused } from "../../domain/refusal.ts";
import { type ConfiguredCurrency, currenciesMax, type NewCurrency } from "../../store/terms/currencies.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { choiceOf } from "./page.ts";

const statusMessages: Record<ConfiguredCurrency["status"], StatusMessage> = {
  active: StatusMessage.ACTIVE,
  inactive: StatusMessage.INACTIVE,
};
const virtualCode = /^[A-Z0-9]{2,10}$/;

export function currencyService(app: App): ServiceImpl<typeof CurrencyService> {
  return {
    async putCurrency(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "admin");
      const form = new Form();
      const currency = { orgId, ...fieldsOf(form, request) };
      form.done();
      if (!(await app.currencies.put(currency, call.signal))) {
        throw invalidField(
          "code",
          `would be one more than the ${currenciesMax} that an organization may have`,
        );
      }
      return { currency: currencyMessage(currency) };
    },

    async getCurrency(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const code = codeOf(request);
      const currency = await app.currencies.find(orgId, code, call.signal);
      if (currency === undefined) throw notFound("currency", code);
      return { currency: currencyMessage(currency) };
    },

    async listCurrencies(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const currencies = await app.currencies.list(orgId, call.signal);
      return { currencies: currencies.map(currencyMessage) };
    },

    async deleteCurrency(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "admin");
      const code = codeOf(request);
      const outcome = await app.currencies.delete(orgId, code, call.signal);
      if (outcome === "none") throw notFound("currency", code);
      if (outcome === "in use") throw new Refused({ reason: "CURRENCY_IN_USE", currency: code });
      return {};
    },
  };
}

function codeOf(request: { readonly code: string }): string {
  const form = new Form();
  const code = form.text("code", request.code, { charactersMax: 10, required: true });
  form.done();
  return code;
}

function fieldsOf(form: Form, request: PutCurrencyRequest): Omit<NewCurrency, "orgId"> {
  const { code } = request;
  const isVirtual = request.virtual || code === virtualCurrency;
  if (currencyOf(code) === undefined && !(isVirtual && virtualCode.test(code))) {
    form.refuse(
      "code",
      "must be an ISO 4217 code such as USD, or for a virtual currency 2 to 10 upper-case letters and digits",
    );
  }
  const places = request.decimalPlaces ?? (isVirtual ? 0 : amountPlacesMax);
  if (places < 0 || places > amountPlacesMax)
    form.refuse("decimal_places", `must be 0 to ${amountPlacesMax}`);
  const limit = (field: string, text: string) => limitOf(form, field, { text, code, places });
  const status = choiceOf(form, "status", {
    value: request.status,
    unspecified: StatusMessage.UNSPECIFIED,
    messages: statusMessages,
  });
  return {
    code,
    displayName: form.text("display_name", request.displayName || code, { charactersMax: 255 }),
    isVirtual,
    places,
    status: status ?? "active",
    creditLimit: limit("credit_limit", request.creditLimit),
    minimumTopUp: limit("minimum_top_up", request.minimumTopUp),
  };
}

function limitOf(form: Form, field: string, of: { text: string; code: string; places: number }): Amount {
  if (of.text === "") return Amount.zero;
  const amount = form.amount(field, of.text, { code: of.code, places: of.places, minorPlaces: 0 });
  if (amount?.isNegative() === true) form.refuse(field, "must be 0 or more");
  return amount ?? Amount.zero;
}

function currencyMessage(currency: NewCurrency): CurrencyMessage {
  return create(CurrencySchema, {
    code: currency.code,
    displayName: currency.displayName,
    virtual: currency.isVirtual,
    decimalPlaces: currency.places,
    status: statusMessages[currency.status],
    creditLimit: currency.creditLimit.toString(),
    minimumTopUp: currency.minimumTopUp.toString(),
  });
}
