import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { found } from "../found.ts";
import { billingTypeOf, configOf } from "../monetization-config.ts";
import { appGroupPlace, appGroupToChange } from "./app-group.ts";

export const updateAppGroupMonetizationConfig: Handler<
  typeof AppGroupService.method.updateAppGroupMonetizationConfig
> = async (call, request) => {
  const place = appGroupPlace(call, request);
  const billingType = billingTypeOf(request.body);
  const { customer } = await appGroupToChange(call, place);
  const changed = await call.app.appGroups.change(customer, { billingType }, call);
  return { config: configOf(found("app group", changed, place.named.name).customer) };
};
