import type { ServiceImpl } from "@connectrpc/connect";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import { balanceMethods } from "./balance-methods.ts";
import { billingAccountMethods } from "./billing-account-methods.ts";
import { billingAccountStateMethods } from "./billing-account-state-methods.ts";
import { tokenMethods } from "./token-methods.ts";
import { transactionMethods } from "./transaction-methods.ts";
import { usageMethods } from "./usage-methods.ts";

/** The billing methods of Frontier. */
export function frontierService(app: App): ServiceImpl<typeof FrontierService> {
  return {
    ...billingAccountMethods(app),
    ...billingAccountStateMethods(app),
    ...balanceMethods(app),
    ...usageMethods(app),
    ...transactionMethods(app),
    ...tokenMethods(app),
  };
}
