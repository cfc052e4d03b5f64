import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { checkCreditEntitlement } from "./check-credit-entitlement.ts";
import { createBillingAccount } from "./create-billing-account.ts";
import { createBillingUsage } from "./create-billing-usage.ts";
import { deleteBillingAccount } from "./delete-billing-account.ts";
import { disableBillingAccount } from "./disable-billing-account.ts";
import { enableBillingAccount } from "./enable-billing-account.ts";
import { getBillingAccount } from "./get-billing-account.ts";
import { getBillingBalance } from "./get-billing-balance.ts";
import { hasTrialed } from "./has-trialed.ts";
import { listBillingAccounts } from "./list-billing-accounts.ts";
import { listBillingTransactions } from "./list-billing-transactions.ts";
import { listCheckouts } from "./list-checkouts.ts";
import { listInvoices } from "./list-invoices.ts";
import { listSubscriptions } from "./list-subscriptions.ts";
import { registerBillingAccount } from "./register-billing-account.ts";
import { searchOrganizationTokens } from "./search-organization-tokens.ts";
import { totalDebitedTransactions } from "./total-debited-transactions.ts";
import { updateBillingAccount } from "./update-billing-account.ts";

export const frontierService: Handlers<typeof FrontierService> = {
  getBillingBalance,
  totalDebitedTransactions,
  checkCreditEntitlement,
  hasTrialed,
  createBillingAccount,
  getBillingAccount,
  updateBillingAccount,
  listBillingAccounts,
  registerBillingAccount,
  enableBillingAccount,
  disableBillingAccount,
  deleteBillingAccount,
  searchOrganizationTokens,
  listBillingTransactions,
  createBillingUsage,
  listInvoices,
  listSubscriptions,
  listCheckouts,
};
