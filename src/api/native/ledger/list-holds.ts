import {
  HoldState as HoldStateMessage,
  type LedgerService,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { AskedPage } from "../answer-page.ts";
import { customerIdIfNamed } from "../customer-name.ts";
import { choiceOf, placeByTime, placesByTime } from "../page.ts";
import { holdMessage, holdStateMessages } from "./messages.ts";

export const listHolds: Handler<typeof LedgerService.method.listHolds> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const state = choiceOf(form, "state", {
    value: request.state,
    unspecified: HoldStateMessage.UNSPECIFIED,
    messages: holdStateMessages,
  });
  const page = new AskedPage(form, { call, request, places: placesByTime });
  form.done();

  const customerId = await customerIdIfNamed(call, orgId, customer);
  const { messages: holds, nextPageToken } = await page.answer({
    about: customerId,
    read: (past, rowsMax) =>
      call.app.holds.list({ orgId, customerId, state, after: past, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: holdMessage,
  });
  return { holds, nextPageToken };
};
