import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import { isUuid } from "../../../domain/uuid.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { customerNamed } from "../customer-name.ts";

export const deleteCustomer: Handler<typeof CustomerService.method.deleteCustomer> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  form.done();
  // One that is deleted already is found by its id alone.
  const id = isUuid(customer)
    ? customer.toLowerCase()
    : (await call.once("customer", () => customerNamed(call, orgId, customer))).id;
  const deleted = await call.app.customers.delete({ orgId, id }, { erase: request.erasePersonalData }, call);
  if (deleted === undefined) throw notFound("customer", customer);
  if ("unsettled" in deleted) throw new Refused({ reason: "CUSTOMER_NOT_SETTLED", ...deleted.unsettled });
  return {};
};
