import type { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { BalanceService } from "../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import type { DeveloperService as EdgeDeveloperService } from "../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { OrganizationService as EdgeOrganizationService } from "../../gen/tallystick/apigee/edge/v1/organization_pb.ts";
import type { SupportedCurrencyService } from "../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import type { TransactionService } from "../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { AppGroupService } from "../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { OrganizationService as ApigeeOrganizationService } from "../../gen/tallystick/apigee/x/v1/organization_pb.ts";
import type { AuditService } from "../../gen/tallystick/v1/audit_pb.ts";
import type { CredentialService } from "../../gen/tallystick/v1/credential_pb.ts";
import type { CurrencyService } from "../../gen/tallystick/v1/currency_pb.ts";
import type { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import type { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import type { LimitsCheckService } from "../../gen/tallystick/v1/limits_check_pb.ts";
import type { OrganizationService } from "../../gen/tallystick/v1/organization_pb.ts";
import type { Needs } from "./shared/need.ts";

// What the methods need of a database that is spread over nodes; docs/operating/distributed.md says it to operators.

export const organizationNeeds: Needs<typeof OrganizationService> = {
  createOrganization: "every node",
  getOrganization: "coordinator",
  listOrganizations: "coordinator",
  updateOrganization: "every node",
  disableOrganization: "every node",
  enableOrganization: "every node",
};

export const credentialNeeds: Needs<typeof CredentialService> = {
  createCredential: "coordinator",
  listCredentials: "coordinator",
  revokeCredential: "coordinator",
  rotateCredential: "coordinator",
  updateCredential: "coordinator",
  getCaller: "coordinator",
};

export const customerNeeds: Needs<typeof CustomerService> = {
  createCustomer: "organization",
  getCustomer: "organization",
  listCustomers: "organization",
  searchCustomers: "organization",
  updateCustomer: "organization",
  disableCustomer: "organization",
  enableCustomer: "organization",
  deleteCustomer: "organization",
};

export const currencyNeeds: Needs<typeof CurrencyService> = {
  createCurrency: "organization",
  updateCurrency: "organization",
  getCurrency: "organization",
  listCurrencies: "organization",
  deleteCurrency: "organization",
  updateCeiling: "organization",
  getCeiling: "organization",
  listCeilings: "organization",
};

export const ledgerNeeds: Needs<typeof LedgerService> = {
  getAccount: "organization",
  listAccounts: "organization",
  listHolds: "organization",
  createHold: "organization",
  captureHold: "organization",
  releaseHold: "organization",
  extendHold: "organization",
  getHold: "organization",
  setLimit: "organization",
  getBalance: "organization",
  getBalanceHistory: "organization",
  getActivity: "organization",
  getTotals: "organization",
  listEntries: "organization",
  exportEntries: "organization",
  downloadStatement: "organization",
  listTransfers: "organization",
  createTransfer: "organization",
  batchCreateTransfers: "organization",
  getTransfer: "organization",
  refundTransfer: "organization",
  reverseTransfer: "organization",
  listRefusals: "organization",
  verifyLedger: "organization",
};

export const limitsCheckNeeds: Needs<typeof LimitsCheckService> = {
  checkLimits: "organization",
};

export const auditNeeds: Needs<typeof AuditService> = {
  listAuditRecords: "organization",
};

export const frontierNeeds: Needs<typeof FrontierService> = {
  getBillingBalance: "organization",
  totalDebitedTransactions: "organization",
  checkCreditEntitlement: "organization",
  hasTrialed: "organization",
  createBillingAccount: "organization",
  getBillingAccount: "organization",
  updateBillingAccount: "organization",
  listBillingAccounts: "organization",
  registerBillingAccount: "organization",
  enableBillingAccount: "organization",
  disableBillingAccount: "organization",
  deleteBillingAccount: "organization",
  searchOrganizationTokens: "organization",
  listBillingTransactions: "organization",
  createBillingUsage: "organization",
  listInvoices: "organization",
  listSubscriptions: "organization",
  listCheckouts: "organization",
};

export const apigeeOrganizationNeeds: Needs<typeof ApigeeOrganizationService> = {
  getOrganization: "coordinator",
};

export const developerNeeds: Needs<typeof DeveloperService> = {
  listDeveloperAttributes: "organization",
  updateDeveloperAttributes: "organization",
  getDeveloperAttribute: "organization",
  updateDeveloperAttribute: "organization",
  deleteDeveloperAttribute: "organization",
  createDeveloper: "organization",
  getDeveloper: "organization",
  listDevelopers: "organization",
  updateDeveloper: "organization",
  setDeveloperStatus: "organization",
  deleteDeveloper: "organization",
  getDeveloperBalance: "organization",
  creditDeveloperBalance: "organization",
  adjustDeveloperBalance: "organization",
  getDeveloperMonetizationConfig: "organization",
  updateDeveloperMonetizationConfig: "organization",
};

export const appGroupNeeds: Needs<typeof AppGroupService> = {
  createAppGroup: "organization",
  getAppGroup: "organization",
  listAppGroups: "organization",
  updateAppGroup: "organization",
  deleteAppGroup: "organization",
  getAppGroupBalance: "organization",
  creditAppGroupBalance: "organization",
  adjustAppGroupBalance: "organization",
  getAppGroupMonetizationConfig: "organization",
  updateAppGroupMonetizationConfig: "organization",
};

export const supportedCurrencyNeeds: Needs<typeof SupportedCurrencyService> = {
  listSupportedCurrencies: "organization",
  createSupportedCurrency: "organization",
  getSupportedCurrency: "organization",
  updateSupportedCurrency: "organization",
  deleteSupportedCurrency: "organization",
};

export const edgeOrganizationNeeds: Needs<typeof EdgeOrganizationService> = {
  getOrganizationProfile: "organization",
};

export const edgeDeveloperNeeds: Needs<typeof EdgeDeveloperService> = {
  listDevelopers: "organization",
  getDeveloper: "organization",
  listCompanies: "organization",
  getCompany: "organization",
  listSuspendedDevelopers: "organization",
  getSuspendedDeveloper: "organization",
  unsuspendDeveloper: "organization",
};

export const balanceNeeds: Needs<typeof BalanceService> = {
  listDeveloperBalances: "organization",
  topUpDeveloperBalance: "organization",
  listMonthlyBalances: "organization",
  setCreditLimit: "organization",
  listCreditLimits: "organization",
  deleteCreditLimit: "organization",
};

export const transactionNeeds: Needs<typeof TransactionService> = {
  createCredit: "organization",
  createRefund: "organization",
  searchTransactions: "organization",
  createPrepaidBalanceReport: "organization",
};

export const adminNeeds: Needs<typeof AdminService> = {
  listAllBillingAccounts: "organization",
  updateBillingAccountLimits: "organization",
  getBillingAccountDetails: "organization",
  updateBillingAccountDetails: "organization",
  revertBillingUsage: "organization",
  searchOrganizationTokens: "organization",
  exportOrganizationTokens: "organization",
  delegatedCheckout: "organization",
};
