import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { appGroupFor, appGroupMessage, appGroupPlace } from "./app-group.ts";

export const getAppGroup: Handler<typeof AppGroupService.method.getAppGroup> = async (call, request) => {
  const place = appGroupPlace(call, request);
  return { appGroup: appGroupMessage(await appGroupFor(call, place), place.organization) };
};
