import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { narrowAttribute, withAttribute } from "../attributes.ts";
import { attributeNamed, changeAttributes } from "./attribute-change.ts";
import { developerPlace, developerToChange } from "./developer.ts";

/** Where they stand: the name is in the path. */
const fields = { name: "name", value: "body.value" };

export const updateDeveloperAttribute: Handler<
  typeof DeveloperService.method.updateDeveloperAttribute
> = async (call, request) => {
  const place = developerPlace(call, request);
  const form = new Form();
  if (request.body === undefined) form.refuse("body", "is required");
  const { name: repeated = "", value = "" } = request.body ?? {};
  if (repeated !== "" && repeated !== request.name) form.refuse("body.name", "is not the name in the path");
  const attribute = narrowAttribute(form, fields, { name: request.name, value });
  form.done();
  const developer = await developerToChange(call, place);
  const { customer } = await changeAttributes(call, place, developer, (known) =>
    withAttribute(known, fields, attribute),
  );
  return { attribute: attributeNamed(customer, attribute.name) };
};
