import {
  type CurrencyService,
  UpdateCurrencyRequestSchema,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import { mayBeVirtual } from "../../../domain/currency.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { notMoney } from "../../shared/refused-field.ts";
import { changesOf } from "../update-mask.ts";
import { codeOf, currencyMessage } from "./currency-message.ts";
import { currencyAsked, givenIn, givenOf, tooMany } from "./currency-request.ts";

export const updateCurrency: Handler<typeof CurrencyService.method.updateCurrency> = async (
  call,
  request,
) => {
  const which = { orgId: call.organization.id, code: codeOf(request) };
  const form = new Form();
  const given = givenOf(form, request);
  const changes = changesOf(form, { desc: UpdateCurrencyRequestSchema, request }, given);
  if (changes.virtual === false && !mayBeVirtual(which.code, false))
    form.refuse("virtual", notMoney(which.code));
  form.done();

  const { allowMissing, force } = request;
  const written = await call.app.currencies.write(
    which,
    (known) => {
      if (known === undefined && !allowMissing) throw notFound("currency", which.code);
      const whole = new Form();
      const next = currencyAsked(whole, which, known ? { ...givenIn(known), ...changes } : given);
      whole.done();
      return next;
    },
    { force },
    call,
  );
  if (written === undefined) throw tooMany();
  return { currency: currencyMessage(written) };
};
