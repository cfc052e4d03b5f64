import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { mergeAttributes } from "../../../store/customers/customers.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { attributesOf, billingTypeOf, customerMessage, takenBy } from "./customer-message.ts";

export const createCustomer: Handler<typeof CustomerService.method.createCustomer> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const id = request.id === "" ? call.newId() : form.uuid("id", request.id);
  const name = form.text("name", request.name, { charactersMax: 255 });
  const email = form.email("email", request.email);
  const billingType = billingTypeOf(form, request.billingType) ?? "prepaid";
  const attributes = mergeAttributes([], attributesOf(form, request.attributes));
  form.done();

  const fields = { orgId, id, name, email, billingType, attributes };
  const created = await call.app.customers.create(fields, call);
  if ("taken" in created) throw takenBy(created.taken, { id, email });
  return { customer: customerMessage(created) };
};
