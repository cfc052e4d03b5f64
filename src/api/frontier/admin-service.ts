import type { ServiceImpl } from "@connectrpc/connect";
import type { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { App } from "../../app.ts";
import { adminAccountMethods } from "./admin-account-methods.ts";
import { revertMethods } from "./revert-methods.ts";
import { tokenMethods } from "./token-methods.ts";

/**
 * The billing methods of Frontier's administration. Each needs a platform credential but the search, which is that of
 * FrontierService.
 */
export function adminService(app: App): ServiceImpl<typeof AdminService> {
  return { ...adminAccountMethods(app), ...revertMethods(app), ...tokenMethods(app) };
}
