import type { ServiceImpl } from "@connectrpc/connect";
import type { BalanceService } from "../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import type { App } from "../../app.ts";
import { balanceMethods } from "./balance-methods.ts";
import { creditLimitMethods } from "./credit-limit-methods.ts";

export function balanceService(app: App): ServiceImpl<typeof BalanceService> {
  return { ...creditLimitMethods(app), ...balanceMethods(app) };
}
