import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { searchOrganizationTokens } from "../billing/search-organization-tokens.ts";
import { delegatedCheckout } from "./delegated-checkout.ts";
import { exportOrganizationTokens } from "./export-organization-tokens.ts";
import { getBillingAccountDetails } from "./get-billing-account-details.ts";
import { listAllBillingAccounts } from "./list-all-billing-accounts.ts";
import { revertBillingUsage } from "./revert-billing-usage.ts";
import { updateBillingAccountDetails } from "./update-billing-account-details.ts";
import { updateBillingAccountLimits } from "./update-billing-account-limits.ts";

export const adminService: Handlers<typeof AdminService> = {
  listAllBillingAccounts,
  updateBillingAccountLimits,
  getBillingAccountDetails,
  updateBillingAccountDetails,
  revertBillingUsage,
  searchOrganizationTokens,
  exportOrganizationTokens,
  delegatedCheckout,
};
