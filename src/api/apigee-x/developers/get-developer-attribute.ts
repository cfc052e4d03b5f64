import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { attributeNamed } from "./attribute-change.ts";
import { developerFor, developerPlace } from "./developer.ts";

export const getDeveloperAttribute: Handler<typeof DeveloperService.method.getDeveloperAttribute> = async (
  call,
  request,
) => {
  const place = developerPlace(call, request);
  const { customer } = await developerFor(call, place);
  return { attribute: attributeNamed(customer, request.name) };
};
