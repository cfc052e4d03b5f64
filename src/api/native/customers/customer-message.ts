import { create } from "@bufbuild/protobuf";
import {
  BillingType as BillingTypeMessage,
  type Customer as CustomerMessage,
  CustomerSchema,
  CustomerState as StateMessage,
} from "../../../../gen/tallystick/v1/customer_pb.ts";
import { Refused } from "../../../domain/refusal.ts";
import { attributeCharactersMax } from "../../../store/customers/attributes.ts";
import { sizeProblem } from "../../../store/customers/column-size.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import { attributesMax } from "../../../store/customers/customers.ts";
import type { Form } from "../../shared/form.ts";
import { structOf, timestampOf } from "../../shared/proto.ts";
import { choiceOf } from "../page.ts";

export const billingTypeMessages: Record<Customer["billingType"], BillingTypeMessage> = {
  prepaid: BillingTypeMessage.PREPAID,
  postpaid: BillingTypeMessage.POSTPAID,
};

const stateMessages: Record<Customer["state"], StateMessage> = {
  active: StateMessage.ACTIVE,
  disabled: StateMessage.DISABLED,
};

export function billingTypeOf(form: Form, value: BillingTypeMessage): Customer["billingType"] | undefined {
  const unspecified = BillingTypeMessage.UNSPECIFIED;
  return choiceOf(form, "billing_type", { value, unspecified, messages: billingTypeMessages });
}

export function attributesOf(
  form: Form,
  attributes: Readonly<Record<string, string>>,
): Customer["attributes"] {
  const entries = Object.entries(attributes);
  if (entries.length > attributesMax) {
    form.refuse("attributes", `has ${entries.length} attributes; at most ${attributesMax} fit`);
    return [];
  }
  for (const [name, value] of entries) {
    if (name === "") form.refuse("attributes", "has one without a name");
    form.text("attributes", name, { charactersMax: attributeCharactersMax.name });
    form.text(`attributes.${name}`, value, { charactersMax: attributeCharactersMax.value });
  }
  const list = entries.map(([name, value]) => ({ name, value }));
  form.check("attributes", sizeProblem(list));
  return list;
}

export function takenBy(field: "id" | "email", fields: { id: string; email: string }): Refused {
  return new Refused({ reason: "ALREADY_EXISTS", resource: "customer", field, name: fields[field] });
}

export function customerMessage(customer: Customer): CustomerMessage {
  return create(CustomerSchema, {
    id: customer.id,
    name: customer.name,
    email: customer.email,
    billingType: billingTypeMessages[customer.billingType],
    state: stateMessages[customer.state],
    attributes: Object.fromEntries(customer.attributes.map(({ name, value }) => [name, value])),
    ...(customer.metadata !== null && { metadata: structOf(customer.metadata) }),
    createTime: timestampOf(customer.createdAt),
    updateTime: timestampOf(customer.updatedAt),
  });
}
