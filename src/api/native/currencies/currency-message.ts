import { create } from "@bufbuild/protobuf";
import {
  type Currency as CurrencyMessage,
  CurrencySchema,
  CurrencyState as StateMessage,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { ConfiguredCurrency } from "../../../store/terms/currency-row.ts";
import { Form } from "../../shared/form.ts";

export const stateMessages: Record<ConfiguredCurrency["status"], StateMessage> = {
  active: StateMessage.ACTIVE,
  inactive: StateMessage.INACTIVE,
};

/** A currency with all that is shown of it. */
export type ShownCurrency = Omit<ConfiguredCurrency, "description">;

export function codeOf(request: { readonly code: string }): string {
  const form = new Form();
  const code = form.text("code", request.code, { charactersMax: 10, required: true });
  form.done();
  return code;
}

export function currencyMessage(currency: ShownCurrency): CurrencyMessage {
  return create(CurrencySchema, {
    code: currency.code,
    displayName: currency.displayName,
    virtual: currency.isVirtual,
    decimalPlaces: currency.places,
    state: stateMessages[currency.status],
    creditLimit: currency.creditLimit.toString(),
    minimumTopUp: currency.minimumTopUp.toString(),
    captureOverdraft: currency.captureOverdraft?.toString() ?? "",
  });
}
