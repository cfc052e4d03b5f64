import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { configOf } from "../monetization-config.ts";
import { developerFor, developerPlace } from "./developer.ts";

export const getDeveloperMonetizationConfig: Handler<
  typeof DeveloperService.method.getDeveloperMonetizationConfig
> = async (call, request) => {
  const place = developerPlace(call, request);
  return { config: configOf((await developerFor(call, place)).customer) };
};
