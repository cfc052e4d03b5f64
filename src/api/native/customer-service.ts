import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import {
  BillingType as BillingTypeMessage,
  type Customer as CustomerMessage,
  CustomerSchema,
  type CustomerService,
} from "../../../gen/tallystick/v1/customer_pb.ts";
import type { App } from "../../app.ts";
import { invalidField, notFound, Refused } from "../../domain/refusal.ts";
import { attributesMax, type Customer, mergeAttributes } from "../../store/customers/customers.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { pageOf, tokenOfCursor } from "../shared/page-token.ts";
import { structOf, timestampOf } from "../shared/proto.ts";
import { customerNamed } from "./customer-name.ts";
import { choiceOf, cursorOf, pageSizeOf } from "./page.ts";

const billingTypeMessages: Record<Customer["billingType"], BillingTypeMessage> = {
  prepaid: BillingTypeMessage.PREPAID,
  postpaid: BillingTypeMessage.POSTPAID,
};
const attributeCharactersMax = { name: 255, value: 1_024 };

export function customerService(app: App): ServiceImpl<typeof CustomerService> {
  return {
    async createCustomer(request, context) {
      const call = callOf(app, context);
      const named = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, named, "writer");
      const form = new Form();
      const id = request.id === "" ? uuidv7() : form.uuid("id", request.id);
      const name = form.text("name", request.name, { charactersMax: 255 });
      const email = form.email("email", request.email);
      const billingType = billingTypeOf(form, request.billingType) ?? "prepaid";
      const attributes = mergeAttributes({}, attributesOf(form, request.attributes));
      form.done();

      const fields = { orgId, id, name, email, billingType, attributes };
      const created = await app.customers.create(fields, call.signal);
      if ("taken" in created) throw takenBy(created.taken, { id, email });
      return { customer: customerMessage(created) };
    },

    async getCustomer(request, context) {
      const call = callOf(app, context);
      const named = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, named, "reader");
      const form = new Form();
      const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
      form.done();
      return { customer: customerMessage(await customerNamed(call, orgId, customer)) };
    },

    async listCustomers(request, context) {
      const call = callOf(app, context);
      const named = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, named, "reader");
      const form = new Form();
      const rowsMax = pageSizeOf(form, request);
      const after = cursorOf(form, request);
      form.done();

      const rows = await app.customers.list({ orgId, after, rowsMax: rowsMax + 1 }, call.signal);
      const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
        tokenOfCursor({ at: last.createdAt, id: last.id }),
      );
      return { customers: page.map(customerMessage), nextPageToken };
    },

    async updateCustomer(request, context) {
      const call = callOf(app, context);
      const named = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, named, "writer");
      const form = new Form();
      const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
      const { name, email } = request;
      const change = {
        ...(name !== undefined && { name: form.text("name", name, { charactersMax: 255 }) }),
        ...(email !== undefined && { email: form.email("email", email) }),
        billingType: billingTypeOf(form, request.billingType),
        attributes: attributesOf(form, request.attributes),
      };
      form.done();

      const { id } = await customerNamed(call, orgId, customer);
      const updated = await app.customers.update({ orgId, id }, change, call.signal);
      if (updated === undefined) throw notFound("customer", customer);
      if (updated === "too many attributes") {
        throw invalidField("attributes", `would be more than the ${attributesMax} that a customer may have`);
      }
      if ("taken" in updated) throw takenBy(updated.taken, { id, email: email ?? "" });
      return { customer: customerMessage(updated) };
    },
  };
}

function billingTypeOf(form: Form, value: BillingTypeMessage): Customer["billingType"] | undefined {
  const unspecified = BillingTypeMessage.UNSPECIFIED;
  return choiceOf(form, "billing_type", { value, unspecified, messages: billingTypeMessages });
}

function attributesOf(form: Form, attributes: Readonly<Record<string, string>>): Customer["attributes"] {
  const entries = Object.entries(attributes);
  if (entries.length > attributesMax) {
    form.refuse("attributes", `has ${entries.length} attributes; at most ${attributesMax} fit`);
    return {};
  }
  for (const [name, value] of entries) {
    if (name === "") form.refuse("attributes", "has one without a name");
    form.text("attributes", name, { charactersMax: attributeCharactersMax.name });
    form.text(`attributes.${name}`, value, { charactersMax: attributeCharactersMax.value });
  }
  return attributes;
}

function takenBy(field: "id" | "email", fields: { id: string; email: string }): Refused {
  return new Refused({ reason: "ALREADY_EXISTS", resource: "customer", field, name: fields[field] });
}

function customerMessage(customer: Customer): CustomerMessage {
  return create(CustomerSchema, {
    id: customer.id,
    name: customer.name,
    email: customer.email,
    billingType: billingTypeMessages[customer.billingType],
    state: customer.state,
    attributes: customer.attributes,
    ...(customer.metadata !== null && { metadata: structOf(customer.metadata) }),
    createTime: timestampOf(customer.createdAt),
    updateTime: timestampOf(customer.updatedAt),
  });
}
