import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyMessage } from "./currency-message.ts";
import { currencyAsked, givenOf, tooMany } from "./currency-request.ts";

export const createCurrency: Handler<typeof CurrencyService.method.createCurrency> = async (
  call,
  request,
) => {
  const { code, force } = request;
  const form = new Form();
  const currency = currencyAsked(form, { orgId: call.organization.id, code }, givenOf(form, request));
  form.done();
  const outcome = await call.app.currencies.create(currency, { force }, call);
  if (outcome === "taken")
    throw new Refused({ reason: "ALREADY_EXISTS", resource: "currency", field: "code", name: code });
  if (outcome === "too many") throw tooMany();
  return { currency: currencyMessage(currency) };
};
