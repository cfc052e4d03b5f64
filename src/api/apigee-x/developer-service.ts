import type { ServiceImpl } from "@connectrpc/connect";
import type { DeveloperService } from "../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { App } from "../../app.ts";
import { callOf } from "../shared/call.ts";
import { attributeMethods } from "./attribute-methods.ts";
import { adjust, balanceOfHolder, billingTypeOf, configOf, credit } from "./balance.ts";
import { developerMethods } from "./developer-methods.ts";
import { developerFor, developerPlace, found, holderFor } from "./developers/developer.ts";

type BalanceMethods =
  | "getDeveloperBalance"
  | "creditDeveloperBalance"
  | "adjustDeveloperBalance"
  | "getDeveloperMonetizationConfig"
  | "updateDeveloperMonetizationConfig";

export function developerService(app: App): ServiceImpl<typeof DeveloperService> {
  return { ...developerMethods(app), ...attributeMethods(app), ...balanceMethods(app) };
}

function balanceMethods(app: App): Pick<ServiceImpl<typeof DeveloperService>, BalanceMethods> {
  return {
    async getDeveloperBalance(request, context) {
      const call = callOf(app, context);
      return { balance: await balanceOfHolder(call, await holderFor(call, request, "reader")) };
    },

    async creditDeveloperBalance(request, context) {
      const call = callOf(app, context);
      return { balance: await credit(call, await holderFor(call, request, "writer"), request) };
    },

    async adjustDeveloperBalance(request, context) {
      const call = callOf(app, context);
      const holder = await holderFor(call, request, "writer");
      const of = { adjustment: request.adjustment, context, givesBack: true };
      return { balance: await adjust(call, holder, of) };
    },

    async getDeveloperMonetizationConfig(request, context) {
      const call = callOf(app, context);
      const place = await developerPlace(call, request, "reader");
      return { config: configOf((await developerFor(call, place)).customer) };
    },

    async updateDeveloperMonetizationConfig(request, context) {
      const call = callOf(app, context);
      const { named } = await developerPlace(call, request, "writer");
      const billingType = billingTypeOf(request.body);
      const changed = await app.developers.change(named, () => ({ billingType }), call.signal);
      const developer = found(changed, named.idOrEmail);
      if (!("customer" in developer)) throw new Error("a change of how a developer pays was refused");
      return { config: configOf(developer.customer) };
    },
  };
}
