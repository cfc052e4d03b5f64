import type { UpdateCustomerRequest } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { CustomerUpdate } from "../../../store/customers/customers.ts";
import type { Form } from "../../shared/form.ts";
import { attributesOf, billingTypeOf } from "./customer-message.ts";

const paths = ["name", "email", "billing_type", "attributes"];

/** What a request wants to change: what its mask names, and without one what is set. */
export function changeOf(form: Form, request: UpdateCustomerRequest): CustomerUpdate {
  const asked = request.updateMask?.paths ?? [];
  for (const path of asked) {
    if (!paths.includes(path))
      form.refuse("update_mask", `names ${quoted(path)}; it may name ${paths.join(", ")}`);
  }
  const isMasked = asked.length > 0;
  const wants = (path: string) => !isMasked || asked.includes(path);
  const name = isMasked ? (request.name ?? "") : request.name;
  const email = isMasked ? (request.email ?? "") : request.email;
  const billingType = billingTypeOf(form, request.billingType);
  if (isMasked && wants("billing_type") && billingType === undefined)
    form.refuse("billing_type", "is required, for update_mask names it");
  return {
    ...(wants("name") && name !== undefined && { name: form.text("name", name, { charactersMax: 255 }) }),
    ...(wants("email") && email !== undefined && { email: form.email("email", email) }),
    ...(wants("billing_type") && { billingType }),
    attributes: wants("attributes") ? attributesOf(form, request.attributes) : [],
    replacesAttributes: isMasked && wants("attributes"),
  };
}

/** What a caller wrote, as far as an error repeats it. */
function quoted(path: string): string {
  return path.length > 40 ? `${path.slice(0, 40)}…` : path;
}
