import {
  HoldState as HoldStateMessage,
  type LedgerService,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfCursor } from "../../shared/page-token.ts";
import { customerNamed } from "../customer-name.ts";
import { choiceOf, cursorOf, pageSizeOf } from "../page.ts";
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
  const rowsMax = pageSizeOf(form, request);
  const after = cursorOf(form, request);
  form.done();

  const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
  const asked = { orgId, customerId, state, after, rowsMax: rowsMax + 1 };
  const rows = await call.app.holds.list(asked, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
    tokenOfCursor({ at: last.createdAt, id: last.id }),
  );
  return { holds: page.map(holdMessage), nextPageToken };
};
