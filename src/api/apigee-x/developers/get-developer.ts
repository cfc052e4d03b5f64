import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { developerFor, developerMessage, developerPlace } from "./developer.ts";

export const getDeveloper: Handler<typeof DeveloperService.method.getDeveloper> = async (call, request) => {
  const place = developerPlace(call, request);
  return { developer: developerMessage(await developerFor(call, place), place.organization) };
};
