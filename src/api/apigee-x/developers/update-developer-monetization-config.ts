import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { found } from "../found.ts";
import { billingTypeOf, configOf } from "../monetization-config.ts";
import { developerPlace, developerToChange } from "./developer.ts";

export const updateDeveloperMonetizationConfig: Handler<
  typeof DeveloperService.method.updateDeveloperMonetizationConfig
> = async (call, request) => {
  const place = developerPlace(call, request);
  const billingType = billingTypeOf(request.body);
  const { customer } = await developerToChange(call, place);
  const changed = await call.app.developers.change(customer, () => ({ billingType }), call);
  const developer = found("developer", changed, place.named.idOrEmail);
  if (!("customer" in developer)) throw new Error("a change of how a developer pays was refused");
  return { config: configOf(developer.customer) };
};
