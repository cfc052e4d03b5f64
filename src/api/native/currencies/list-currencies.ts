import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { placesByName } from "../../shared/page-token.ts";
import { answerPage } from "../answer-page.ts";
import { currencyMessage } from "./currency-message.ts";

export const listCurrencies: Handler<typeof CurrencyService.method.listCurrencies> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const { messages: currencies, nextPageToken } = await answerPage(call, request, {
    places: placesByName,
    read: (past, rowsMax) => call.app.currencies.page({ orgId, after: past, rowsMax }, call.signal),
    placeOf: ({ code }) => code,
    message: currencyMessage,
  });
  return { currencies, nextPageToken };
};
