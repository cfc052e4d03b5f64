import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { customerMessage } from "./customer-message.ts";
import { setCustomerState } from "./customer-state.ts";

export const enableCustomer: Handler<typeof CustomerService.method.enableCustomer> = async (
  call,
  request,
) => ({ customer: customerMessage(await setCustomerState(call, request, "active")) });
