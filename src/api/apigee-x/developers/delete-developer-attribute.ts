import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { withoutAttribute } from "../../../store/customers/attributes.ts";
import type { Handler } from "../../shared/handler.ts";
import { attributeNamed, changeAttributes } from "./attribute-change.ts";
import { developerPlace, developerToChange } from "./developer.ts";

export const deleteDeveloperAttribute: Handler<
  typeof DeveloperService.method.deleteDeveloperAttribute
> = async (call, request) => {
  const place = developerPlace(call, request);
  const { name } = request;
  const developer = await developerToChange(call, place);
  const attribute = attributeNamed(developer.customer, name);
  await changeAttributes(call, place, developer, (known) => ({
    attributes: withoutAttribute(known.attributes, name),
  }));
  return { attribute };
};
