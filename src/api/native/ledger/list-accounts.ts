import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { AskedPage } from "../answer-page.ts";
import { customerIdIfNamed } from "../customer-name.ts";
import { placeByTime, placesByTime } from "../page.ts";
import { accountMessage } from "./account-message.ts";

export const listAccounts: Handler<typeof LedgerService.method.listAccounts> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const page = new AskedPage(form, { call, request, places: placesByTime });
  form.done();

  const customerId = await customerIdIfNamed(call, orgId, customer);
  const { messages: accounts, nextPageToken } = await page.answer({
    about: customerId,
    read: (past, rowsMax) =>
      call.app.accounts.list({ orgId, customerId, afterId: past?.id, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: accountMessage,
  });
  return { accounts, nextPageToken };
};
