import { create } from "@bufbuild/protobuf";
import {
  type Currency as CurrencyMessage,
  CurrencySchema,
  CurrencyStatus as StatusMessage,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { ConfiguredCurrency } from "../../../store/terms/currencies.ts";
import { Form } from "../../shared/form.ts";

export const statusMessages: Record<ConfiguredCurrency["status"], StatusMessage> = {
  active: StatusMessage.ACTIVE,
  inactive: StatusMessage.INACTIVE,
};

export function codeOf(request: { readonly code: string }): string {
  const form = new Form();
  const code = form.text("code", request.code, { charactersMax: 10, required: true });
  form.done();
  return code;
}

export function currencyMessage(currency: ConfiguredCurrency): CurrencyMessage {
  return create(CurrencySchema, {
    code: currency.code,
    displayName: currency.displayName,
    virtual: currency.isVirtual,
    decimalPlaces: currency.places,
    status: statusMessages[currency.status],
    creditLimit: currency.creditLimit.toString(),
    minimumTopUp: currency.minimumTopUp.toString(),
    captureOverdraft: currency.captureOverdraft?.toString() ?? "",
  });
}
