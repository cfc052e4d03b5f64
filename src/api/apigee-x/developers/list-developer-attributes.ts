import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { attributesOf } from "../attributes.ts";
import { developerFor, developerPlace } from "./developer.ts";

export const listDeveloperAttributes: Handler<
  typeof DeveloperService.method.listDeveloperAttributes
> = async (call, request) => {
  const place = developerPlace(call, request);
  return { attribute: attributesOf((await developerFor(call, place)).customer) };
};
