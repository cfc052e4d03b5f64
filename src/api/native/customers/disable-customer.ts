import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { customerMessage } from "./customer-message.ts";
import { setCustomerState } from "./customer-state.ts";

export const disableCustomer: Handler<typeof CustomerService.method.disableCustomer> = async (
  call,
  request,
) => ({ customer: customerMessage(await setCustomerState(call, request, "disabled")) });
