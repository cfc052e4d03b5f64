import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { invalidField, notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { customerNamed } from "../customer-name.ts";
import { changeOf } from "./customer-change.ts";
import { customerMessage, takenBy } from "./customer-message.ts";

export const updateCustomer: Handler<typeof CustomerService.method.updateCustomer> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const change = changeOf(form, request);
  form.done();

  // As the first attempt found it: that may have changed the email.
  const { id } = await call.once("customer", () => customerNamed(call, orgId, customer));
  const updated = await call.app.customers.update({ orgId, id }, change, call);
  if (updated === undefined) throw notFound("customer", customer);
  if ("attributesProblem" in updated) throw invalidField("attributes", updated.attributesProblem);
  if ("taken" in updated) throw takenBy(updated.taken, { id, email: change.email ?? "" });
  return { customer: customerMessage(updated) };
};
