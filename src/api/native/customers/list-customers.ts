import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { answerPage } from "../answer-page.ts";
import { placeByTime, placesByTime } from "../page.ts";
import { customerMessage } from "./customer-message.ts";

export const listCustomers: Handler<typeof CustomerService.method.listCustomers> = async (call, request) => {
  const { id: orgId } = call.organization;
  const { messages: customers, nextPageToken } = await answerPage(call, request, {
    places: placesByTime,
    read: (past, rowsMax) => call.app.customers.list({ orgId, after: past, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: customerMessage,
  });
  return { customers, nextPageToken };
};
