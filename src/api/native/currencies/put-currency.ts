import {
  type CurrencyService,
  type PutCurrencyRequest,
  CurrencyStatus as StatusMessage,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import { Amount, amountPlacesMax } from "../../../domain/amount.ts";
import { currencyOf, virtualCurrency } from "../../../domain/currency.ts";
import { invalidField } from "../../../domain/refusal.ts";
import { currenciesMax, type NewCurrency } from "../../../store/terms/currencies.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { choiceOf } from "../page.ts";
import { currencyMessage, statusMessages } from "./currency-message.ts";

const virtualCode = /^[A-Z0-9]{2,10}$/;

export const putCurrency: Handler<typeof CurrencyService.method.putCurrency> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const currency = { orgId, ...fieldsOf(form, request) };
  form.done();
  const written = await call.app.currencies.put(currency, { force: request.force }, call.signal);
  if (written === undefined) {
    throw invalidField("code", `would be one more than the ${currenciesMax} that an organization may have`);
  }
  return { currency: currencyMessage(written) };
};

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
    captureOverdraft:
      request.captureOverdraft === "" ? null : limit("capture_overdraft", request.captureOverdraft),
  };
}

function limitOf(form: Form, field: string, of: { text: string; code: string; places: number }): Amount {
  if (of.text === "") return Amount.zero;
  const amount = form.amount(field, of.text, { code: of.code, places: of.places, minorPlaces: 0 });
  if (amount?.isNegative() === true) form.refuse(field, "must be 0 or more");
  return amount ?? Amount.zero;
}
