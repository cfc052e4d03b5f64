import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens } from "../../shared/page-token.ts";
import { pageSizeOf, placeByTime, placesByTime } from "../page.ts";
import { customerMessage } from "./customer-message.ts";

export const listCustomers: Handler<typeof CustomerService.method.listCustomers> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const rowsMax = pageSizeOf(form, request);
  const tokens = new PageTokens(call, request, placesByTime);
  const past = tokens.read(form);
  form.done();

  const page = await readPage({
    rowsMax,
    past,
    read: (past, rowsMax) => call.app.customers.list({ orgId, after: past, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: customerMessage,
  });
  return { customers: page.messages, nextPageToken: tokens.write(page.next) };
};
