import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import { developerFor, developerPlace } from "./developer.ts";

export const listDeveloperAttributes: Handler<
  typeof DeveloperService.method.listDeveloperAttributes
> = async (call, request) => {
  const place = developerPlace(call, request);
  return { attribute: shownAttributes((await developerFor(call, place)).customer) };
};
