import type { RefusalReason } from "../../domain/refusal.ts";

const nativeCharges = ["CreateTransfer", "BatchCreateTransfers", "CreateHold", "CaptureHold"];
const nativeReturns = ["RefundTransfer", "ReverseTransfer"];
const nativeHolds = ["CreateHold", "CaptureHold", "ReleaseHold", "ExtendHold"];
const apigeeCredits = ["CreditDeveloperBalance", "CreditAppGroupBalance"];
const apigeeAdjustments = ["AdjustDeveloperBalance", "AdjustAppGroupBalance"];
const edgeBookings = ["TopUpDeveloperBalance", "CreateCredit", "CreateRefund"];
const frontierBookings = ["CreateBillingUsage", "RevertBillingUsage", "DelegatedCheckout"];
const transfers = ["CreateTransfer", "BatchCreateTransfers"];
const bookings = [
  ...new Set([
    ...nativeCharges,
    ...nativeReturns,
    ...nativeHolds,
    ...apigeeCredits,
    ...apigeeAdjustments,
    ...edgeBookings,
    ...frontierBookings,
  ]),
];
const named = [
  ...["CreateOrganization", "UpdateOrganization", "CreateCustomer", "UpdateCustomer", "CreateCurrency"],
  ...["CreateBillingAccount", "UpdateBillingAccount", "RegisterBillingAccount"],
  ...["CreateDeveloper", "UpdateDeveloper", "CreateAppGroup", "UpdateAppGroup", "CreateSupportedCurrency"],
];
const withoutPages = [
  ...["ListAllBillingAccounts", "ListBillingAccounts", "ListBillingTransactions", "SearchOrganizationTokens"],
  ...["ListDevelopers", "ListAppGroups", "ListCompanies", "ListSupportedCurrencies", "ListCreditLimits"],
  ...[
    "ListDeveloperBalances",
    "ListMonthlyBalances",
    "SearchTransactions",
    "CreatePrepaidBalanceReport",
    "DownloadStatement",
  ],
];

const wideReads = [
  ...["ListTransfers", "ListEntries", "ListHolds", "ListRefusals", "ListAccounts", "ListAuditRecords"],
  ...["ListCustomers", "ListOrganizations", "ListCredentials", "ListCurrencies", "ListCeilings"],
  ...["SearchCustomers", "GetTotals", "GetActivity", "GetBalanceHistory", "GetBalance", "ExportEntries"],
  ...["ExportOrganizationTokens", "TotalDebitedTransactions", ...withoutPages],
];

/** Every method; every one that changes something; or those of that name. */
type Where = "all" | "changes" | readonly string[];

/** Which methods give which reason. The type check refuses a table that lacks one. */
export const methodReasons: Readonly<Record<RefusalReason, Where>> = {
  INVALID_FIELDS: "all",
  UNAUTHENTICATED: "all",
  TOO_MANY_FAILURES: "all",
  TOO_MANY_CALLS_AT_ONCE: "all",
  TOO_MANY_CALLS_A_SECOND: "all",
  TOKEN_WITHOUT_ACCESS: "all",
  PERMISSION_DENIED: "all",
  NOT_FOUND: "all",
  ALREADY_EXISTS: named,
  BILLING_ACCOUNT_ACTIVE: [
    ...["CreateBillingAccount", "RegisterBillingAccount", "EnableBillingAccount"],
    ...["EnableCustomer", "SetDeveloperStatus"],
  ],
  BILLING_ACCOUNT_OWES: ["CreateBillingAccount", "RegisterBillingAccount"],
  BILLING_ACCOUNT_NOT_EMPTY: ["DeleteBillingAccount"],
  INSUFFICIENT_FUNDS: [
    ...nativeCharges,
    ...["ReverseTransfer", "CreateBillingUsage", "CreateCredit"],
    ...apigeeAdjustments,
  ],
  CUSTOMER_DISABLED: [...transfers, "CreateHold", "CreateBillingUsage", ...apigeeAdjustments, "CreateCredit"],
  CUSTOMER_DELETED: bookings,
  KEY_CONFLICT: bookings,
  KEY_REUSED: ["BatchCreateTransfers", "CreateBillingUsage"],
  REFUND_TOO_LARGE: ["RefundTransfer", "RevertBillingUsage", "CreateRefund"],
  NOT_REFUNDABLE: ["RefundTransfer", "RevertBillingUsage", "CreateRefund"],
  REVERSAL_TOO_LARGE: ["ReverseTransfer"],
  NOT_REVERSIBLE: ["ReverseTransfer"],
  HOLD_NOT_ACTIVE: ["CaptureHold", "ReleaseHold", "ExtendHold"],
  HOLD_EXCEEDED: ["CaptureHold"],
  ADJUSTMENT_TOO_LARGE: apigeeAdjustments,
  CURRENCY_NOT_USABLE: [
    ...transfers,
    ...["CreateHold", "SetLimit", "SetCreditLimit", "CreateBillingUsage", "DelegatedCheckout"],
    ...[...apigeeCredits, ...apigeeAdjustments, ...edgeBookings],
  ],
  TOO_MANY_PLACES: [
    ...transfers,
    ...["CreateHold", "CaptureHold", "SetLimit", "SetCreditLimit"],
    ...[...nativeReturns, ...apigeeCredits, ...apigeeAdjustments, ...edgeBookings],
  ],
  TOP_UP_TOO_SMALL: ["TopUpDeveloperBalance"],
  SAME_CUSTOMER: transfers,
  CREDENTIAL_REVOKED: ["RotateCredential", "UpdateCredential"],
  NAME_MOVED: [...apigeeCredits, ...apigeeAdjustments, ...edgeBookings],
  ORGANIZATION_DISABLED: bookings,
  NO_ACCOUNT: apigeeAdjustments,
  CUSTOMER_NOT_SETTLED: ["DeleteCustomer", "DeleteDeveloper", "DeleteAppGroup"],
  CURRENCY_IN_USE: ["DeleteCurrency", "DeleteSupportedCurrency"],
  CURRENCY_STRANDS: [
    ...["CreateCurrency", "UpdateCurrency", "DeleteCurrency"],
    ...["CreateSupportedCurrency", "UpdateSupportedCurrency", "DeleteSupportedCurrency"],
  ],
  CEILING_EXCEEDED: [
    ...[...transfers, ...apigeeCredits, ...apigeeAdjustments, ...edgeBookings],
    ...["CaptureHold", "ReverseTransfer", "SetLimit", "SetCreditLimit", "DelegatedCheckout"],
    ...["CreateCustomer", "UpdateCustomer", "CreateDeveloper", "UpdateDeveloper"],
    ...["UpdateDeveloperAttributes", "UpdateDeveloperAttribute", "DeleteDeveloperAttribute"],
    ...["UpdateDeveloperMonetizationConfig", "UpdateAppGroupMonetizationConfig"],
  ],
  BALANCE_OUT_OF_RANGE: [
    ...bookings,
    ...["SetLimit", "SetCreditLimit", "GetBillingBalance", "TotalDebitedTransactions"],
    ...["GetDeveloperBalance", "GetAppGroupBalance"],
  ],
  RESULT_TOO_LARGE: withoutPages,
  READ_TOO_EXPENSIVE: wideReads,
  ACCOUNT_BUSY: "changes",
  OVERLOADED: "all",
  UNAVAILABLE: "all",
};
