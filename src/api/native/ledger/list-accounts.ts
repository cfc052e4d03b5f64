import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfCursor } from "../../shared/page-token.ts";
import { customerNamed } from "../customer-name.ts";
import { cursorOf, pageSizeOf } from "../page.ts";
import { accountMessage } from "./account-message.ts";

export const listAccounts: Handler<typeof LedgerService.method.listAccounts> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const rowsMax = pageSizeOf(form, request);
  const afterId = cursorOf(form, request)?.id;
  form.done();

  const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
  const asked = { orgId, customerId, afterId, rowsMax: rowsMax + 1 };
  const rows = await call.app.accounts.list(asked, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
    tokenOfCursor({ at: last.createdAt, id: last.id }),
  );
  return { accounts: page.map(accountMessage), nextPageToken };
};
