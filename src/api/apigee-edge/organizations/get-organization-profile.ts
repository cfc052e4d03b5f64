import type { OrganizationService } from "../../../../gen/tallystick/apigee/edge/v1/organization_pb.ts";
import type { Handler } from "../../shared/handler.ts";

/** What Edge can do and nothing here does. Its clients read some of these whether they are there or not. */
const never = {
  approveTrusted: false,
  approveUntrusted: false,
  hasBillingAdjustment: false,
  hasBroker: false,
  hasSelfBilling: false,
  hasSeparateInvoiceForProduct: false,
  issueNettingStmt: false,
  nettingStmtPerCurrency: false,
  selfBillingAsExchOrg: false,
  selfBillingForAllDev: false,
  separateInvoiceForFees: false,
} as const;

export const getOrganizationProfile: Handler<
  typeof OrganizationService.method.getOrganizationProfile
> = async (call) => {
  const { id, name, displayName, state, frontierCurrency } = call.organization;
  const currencies = await call.app.currencies.list(id, call.signal);
  const base = currencies.find(({ status }) => status === "active")?.code ?? frontierCurrency;
  return {
    profile: {
      ...never,
      billingCycle: "CALENDAR_MONTH",
      currency: base,
      description: displayName,
      id: name,
      name: displayName,
      status: state === "active" ? "ACTIVE" : "INACTIVE",
      supportedBillingType: "BOTH",
      timezone: "UTC",
    },
  };
};
