import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { customerNamed } from "../customer-name.ts";
import { customerMessage } from "./customer-message.ts";

export const getCustomer: Handler<typeof CustomerService.method.getCustomer> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  form.done();
  return { customer: customerMessage(await customerNamed(call, orgId, customer)) };
};
