import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfCursor } from "../../shared/page-token.ts";
import { timestampOf } from "../../shared/proto.ts";
import { customerNamed } from "../customer-name.ts";
import { cursorOf, pageSizeOf } from "../page.ts";

export const listRefusals: Handler<typeof LedgerService.method.listRefusals> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const reason = form.text("reason", request.reason, { charactersMax: 64 }) || undefined;
  const rowsMax = pageSizeOf(form, request);
  const after = cursorOf(form, request)?.id;
  form.done();

  const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
  const asked = { orgId, customerId, reason, after, rowsMax: rowsMax + 1 };
  const rows = await call.app.refusalReader.list(asked, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, tokenOfCursor);
  const refusals = page.map(({ at, customerId, key, ...same }) => ({
    ...same,
    time: timestampOf(at),
    customerId: customerId ?? "",
    key: key ?? "",
  }));
  return { refusals, nextPageToken };
};
