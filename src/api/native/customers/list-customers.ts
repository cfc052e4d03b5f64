import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfCursor } from "../../shared/page-token.ts";
import { cursorOf, pageSizeOf } from "../page.ts";
import { customerMessage } from "./customer-message.ts";

export const listCustomers: Handler<typeof CustomerService.method.listCustomers> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const rowsMax = pageSizeOf(form, request);
  const after = cursorOf(form, request);
  form.done();

  const rows = await call.app.customers.list({ orgId, after, rowsMax: rowsMax + 1 }, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
    tokenOfCursor({ at: last.createdAt, id: last.id }),
  );
  return { customers: page.map(customerMessage), nextPageToken };
};
