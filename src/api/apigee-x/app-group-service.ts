import type { ServiceImpl } from "@connectrpc/connect";
import type { AppGroupService } from "../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { App } from "../../app.ts";
import { callOf } from "../shared/call.ts";
import { appGroupMethods } from "./app-group-methods.ts";
import { appGroupFor, appGroupPlace, foundGroup, groupHolderFor } from "./app-groups/app-group.ts";
import { adjust, balanceOfHolder, billingTypeOf, configOf, credit } from "./balance.ts";

type BalanceMethods =
  | "getAppGroupBalance"
  | "creditAppGroupBalance"
  | "adjustAppGroupBalance"
  | "getAppGroupMonetizationConfig"
  | "updateAppGroupMonetizationConfig";

export function appGroupService(app: App): ServiceImpl<typeof AppGroupService> {
  return { ...appGroupMethods(app), ...balanceMethods(app) };
}

function balanceMethods(app: App): Pick<ServiceImpl<typeof AppGroupService>, BalanceMethods> {
  return {
    async getAppGroupBalance(request, context) {
      const call = callOf(app, context);
      return { balance: await balanceOfHolder(call, await groupHolderFor(call, request, "reader")) };
    },

    async creditAppGroupBalance(request, context) {
      const call = callOf(app, context);
      return { balance: await credit(call, await groupHolderFor(call, request, "writer"), request) };
    },

    async adjustAppGroupBalance(request, context) {
      const call = callOf(app, context);
      const holder = await groupHolderFor(call, request, "writer");
      const of = { adjustment: request.adjustment, context, givesBack: false };
      return { balance: await adjust(call, holder, of) };
    },

    async getAppGroupMonetizationConfig(request, context) {
      const call = callOf(app, context);
      const place = await appGroupPlace(call, request, "reader");
      return { config: configOf((await appGroupFor(call, place)).customer) };
    },

    async updateAppGroupMonetizationConfig(request, context) {
      const call = callOf(app, context);
      const { named } = await appGroupPlace(call, request, "writer");
      const billingType = billingTypeOf(request.body);
      const changed = await app.appGroups.change(named, { billingType }, call.signal);
      return { config: configOf(foundGroup(changed, named.name).customer) };
    },
  };
}
