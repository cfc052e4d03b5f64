import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { deleteCurrency } from "./delete-currency.ts";
import { getCurrency } from "./get-currency.ts";
import { listCurrencies } from "./list-currencies.ts";
import { putCurrency } from "./put-currency.ts";

export const currencyService: Handlers<typeof CurrencyService> = {
  putCurrency,
  getCurrency,
  listCurrencies,
  deleteCurrency,
};
