import type { ServiceImpl } from "@connectrpc/connect";
import type { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { App } from "../../app.ts";
import { authorize, type Role } from "../../auth/caller.ts";
import type { Amount } from "../../domain/amount.ts";
import { notFound } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { billingAccountFor } from "./billing-account.ts";
import { listBillingAccounts } from "./billing-account-list.ts";
import { billingDetails } from "./billing-details.ts";
import { amountOf, int64Max, shownCurrency } from "./credits.ts";

type Methods =
  | "listAllBillingAccounts"
  | "updateBillingAccountLimits"
  | "getBillingAccountDetails"
  | "updateBillingAccountDetails";

/** A century. */
const dueInDaysMax = 36_500n;

export function adminAccountMethods(app: App): Pick<ServiceImpl<typeof AdminService>, Methods> {
  return {
    async listAllBillingAccounts(request, context) {
      const call = callOf(app, context);
      authorize(call.caller, { orgId: null, role: "reader" });
      const name = { idOrName: request.orgId, field: "org_id" };
      const organization = request.orgId === "" ? undefined : await organizationFor(call, name, "reader");
      return listBillingAccounts(call, { orgId: organization?.id, page: request });
    },

    async updateBillingAccountLimits(request, context) {
      const call = callOf(app, context);
      const place = await accountFor(call, request, "admin");
      const form = new Form();
      const minimumBalance = minimumBalanceOf(form, request, place.organization);
      form.done();
      const limit = { minimumBalance, endsAt: null };
      await app.limits.set(shownAccountKey(place), limit, { dryRun: false, signal: call.signal });
      return {};
    },

    async getBillingAccountDetails(request, context) {
      const call = callOf(app, context);
      const { creditMin, dueInDays } = await billingDetails(call, await accountFor(call, request, "reader"));
      return { creditMin, dueInDays };
    },

    async updateBillingAccountDetails(request, context) {
      const call = callOf(app, context);
      const place = await accountFor(call, request, "admin");
      const form = new Form();
      const minimumBalance = minimumBalanceOf(form, request, place.organization);
      if (request.dueInDays < 0n || request.dueInDays > dueInDaysMax)
        form.refuse("due_in_days", `must be 0 to ${dueInDaysMax}`);
      form.done();
      const terms = { minimumBalance, dueInDays: Number(request.dueInDays) };
      const isSet = await app.billingTerms.set(shownAccountKey(place), terms, call.signal);
      if (!isSet) throw notFound("customer", place.customer.id);
      return {};
    },
  };
}

interface Place {
  readonly organization: Organization;
  readonly customer: Customer;
}

function accountFor(
  call: Call,
  request: { readonly orgId: string; readonly id: string },
  role: Role,
): Promise<Place> {
  authorize(call.caller, { orgId: null, role });
  const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
  return billingAccountFor(call, names, role);
}

function shownAccountKey({ organization, customer }: Place) {
  return { orgId: organization.id, customerId: customer.id, currency: organization.frontierCurrency };
}

/** The least int64 has no opposite, so it could not be printed as a limit that is owed. */
function minimumBalanceOf(
  form: Form,
  { creditMin }: { readonly creditMin: bigint },
  organization: Organization,
): Amount {
  if (creditMin < -int64Max) form.refuse("credit_min", `must be ${-int64Max} or more`);
  return amountOf(creditMin, shownCurrency(organization));
}
