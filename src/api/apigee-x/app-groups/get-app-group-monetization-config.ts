import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { configOf } from "../monetization-config.ts";
import { appGroupFor, appGroupPlace } from "./app-group.ts";

export const getAppGroupMonetizationConfig: Handler<
  typeof AppGroupService.method.getAppGroupMonetizationConfig
> = async (call, request) => {
  const place = appGroupPlace(call, request);
  return { config: configOf((await appGroupFor(call, place)).customer) };
};
