import {
  type UpdateCustomerRequest,
  UpdateCustomerRequestSchema,
} from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { CustomerUpdate } from "../../../store/customers/customers.ts";
import type { Form } from "../../shared/form.ts";
import { changesOf, isMasked } from "../update-mask.ts";
import { attributesOf, billingTypeOf } from "./customer-message.ts";

/** What a request wants to change: what its mask names, and without one what is set. */
export function changeOf(form: Form, request: UpdateCustomerRequest): CustomerUpdate {
  const { name, email, attributes, updateMask } = request;
  const billingType = billingTypeOf(form, request.billingType);
  const update = { desc: UpdateCustomerRequestSchema, request };
  const asked = changesOf(form, update, { name, email, billingType, attributes });
  return {
    ...("name" in asked && { name: form.text("name", name ?? "", { charactersMax: 255 }) }),
    ...("email" in asked && { email: form.email("email", email ?? "") }),
    ...("billingType" in asked && { billingType }),
    attributes: "attributes" in asked ? attributesOf(form, attributes) : [],
    replacesAttributes: isMasked(updateMask) && "attributes" in asked,
  };
}
