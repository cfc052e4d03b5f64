import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens } from "../../shared/page-token.ts";
import { customerNamed } from "../customer-name.ts";
import { pageSizeOf, placeByTime, placesByTime } from "../page.ts";
import { accountMessage } from "./account-message.ts";

export const listAccounts: Handler<typeof LedgerService.method.listAccounts> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const rowsMax = pageSizeOf(form, request);
  const tokens = new PageTokens(call, request, placesByTime);
  const past = tokens.read(form);
  form.done();

  const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
  const page = await readPage({
    rowsMax,
    past,
    read: (past, rowsMax) =>
      call.app.accounts.list({ orgId, customerId, afterId: past?.id, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: accountMessage,
  });
  return { accounts: page.messages, nextPageToken: tokens.write(page.next) };
};
