import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { createCurrency } from "./create-currency.ts";
import { deleteCurrency } from "./delete-currency.ts";
import { getCeiling } from "./get-ceiling.ts";
import { getCurrency } from "./get-currency.ts";
import { listCeilings } from "./list-ceilings.ts";
import { listCurrencies } from "./list-currencies.ts";
import { updateCeiling } from "./update-ceiling.ts";
import { updateCurrency } from "./update-currency.ts";

export const currencyService: Handlers<typeof CurrencyService> = {
  createCurrency,
  updateCurrency,
  getCurrency,
  listCurrencies,
  deleteCurrency,
  updateCeiling,
  getCeiling,
  listCeilings,
};
