import type { SupportedCurrencyService } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { createSupportedCurrency } from "./create-supported-currency.ts";
import { deleteSupportedCurrency } from "./delete-supported-currency.ts";
import { getSupportedCurrency } from "./get-supported-currency.ts";
import { listSupportedCurrencies } from "./list-supported-currencies.ts";
import { updateSupportedCurrency } from "./update-supported-currency.ts";

export const supportedCurrencyService: Handlers<typeof SupportedCurrencyService> = {
  listSupportedCurrencies,
  createSupportedCurrency,
  getSupportedCurrency,
  updateSupportedCurrency,
  deleteSupportedCurrency,
};
