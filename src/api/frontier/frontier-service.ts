import type { ServiceImpl } from "@connectrpc/connect";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import { balanceMethods } from "./balance-methods.ts";
import { billingAccountMethods } from "./billing-account-methods.ts";
import { transactionMethods } from "./transaction-methods.ts";
import { usageMethods } from "./usage-methods.ts";

/** The billing methods of Frontier; those that are not here answer UNIMPLEMENTED. */
export function frontierService(app: App): Partial<ServiceImpl<typeof FrontierService>> {
  return {
    ...billingAccountMethods(app),
    ...balanceMethods(app),
    ...usageMethods(app),
    ...transactionMethods(app),
  };
}
