import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { type Attribute, AttributeSchema } from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import type { DeveloperService } from "../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { App } from "../../app.ts";
import { notFound } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Developer, DeveloperChange } from "../../store/customers/developers.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { attributesOf, narrowAttribute, narrowAttributes, withAttribute } from "./attributes.ts";
import { type DeveloperPlace, developerFor, developerPlace, found } from "./developer.ts";

type Methods =
  | "listDeveloperAttributes"
  | "updateDeveloperAttributes"
  | "getDeveloperAttribute"
  | "updateDeveloperAttribute"
  | "deleteDeveloperAttribute";

export function attributeMethods(app: App): Pick<ServiceImpl<typeof DeveloperService>, Methods> {
  return {
    async listDeveloperAttributes(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "reader");
      return { attribute: attributesOf((await developerFor(call, place)).customer) };
    },

    async updateDeveloperAttributes(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "writer");
      const form = new Form();
      const narrowed = narrowAttributes(form, "attribute", request.attribute);
      form.done();
      const { customer } = await change(call, place, () => narrowed);
      return { attribute: attributesOf(customer) };
    },

    async getDeveloperAttribute(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "reader");
      const { customer } = await developerFor(call, place);
      return { attribute: attributeNamed(customer, request.name) };
    },

    async updateDeveloperAttribute(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "writer");
      const form = new Form();
      const { name: repeated = "", value = "" } = request.body ?? {};
      if (repeated !== "" && repeated !== request.name)
        form.refuse("body.name", "is not the name in the path");
      const attribute = narrowAttribute(form, "", { name: request.name, value });
      form.done();
      const { customer } = await change(call, place, (known) => withAttribute(known, attribute));
      return { attribute: attributeNamed(customer, attribute.name) };
    },

    async deleteDeveloperAttribute(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "writer");
      const { name } = request;
      let deleted = create(AttributeSchema);
      await change(call, place, (known) => {
        deleted = attributeNamed(known, name);
        const kept = Object.entries(known.attributes).filter(([each]) => each !== name);
        return { attributes: Object.fromEntries(kept) };
      });
      return { attribute: deleted };
    },
  };
}

async function change(
  call: Call,
  { named }: DeveloperPlace,
  changeOf: (known: Customer) => DeveloperChange,
): Promise<Developer> {
  const changed = found(await call.app.developers.change(named, changeOf, call.signal), named.idOrEmail);
  if (!("customer" in changed)) throw new Error("a change of attributes was refused like one of state");
  return changed;
}

/** NOT_FOUND where the customer has none of that name. */
function attributeNamed(customer: Customer, name: string): Attribute {
  const attribute = attributesOf(customer).find((each) => each.name === name);
  if (attribute === undefined) throw notFound("attribute", name);
  return attribute;
}
