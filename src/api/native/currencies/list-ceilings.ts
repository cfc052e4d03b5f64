import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { placesByName } from "../../shared/page-token.ts";
import { answerPage } from "../answer-page.ts";
import { ceilingMessage } from "./ceiling-message.ts";

export const listCeilings: Handler<typeof CurrencyService.method.listCeilings> = async (call, request) => {
  const { id: orgId } = call.organization;
  const { messages: ceilings, nextPageToken } = await answerPage(call, request, {
    places: placesByName,
    read: (past, rowsMax) => call.app.ceilings.page({ orgId, after: past, rowsMax }, call.signal),
    placeOf: ({ currency }) => currency,
    message: ceilingMessage,
  });
  return { ceilings, nextPageToken };
};
