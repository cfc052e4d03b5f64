import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import { notFound, type Refusal, Refused } from "../../domain/refusal.ts";
import type { BillingAccountObstacle, CustomerFields } from "../../store/customers/customers.ts";
import { callOf } from "../shared/call.ts";
import { organizationFor } from "../shared/organization.ts";
import { accountToChange, billingAccountFor } from "./billing-account.ts";
import { narrowBody } from "./billing-account-body.ts";
import { emailTaken } from "./billing-account-errors.ts";
import { listBillingAccounts } from "./billing-account-list.ts";
import { billingAccountMessage } from "./billing-account-message.ts";
import { billingDetails } from "./billing-details.ts";
import { isExpanded } from "./expand.ts";

type Methods = "createBillingAccount" | "getBillingAccount" | "updateBillingAccount" | "listBillingAccounts";

const invoiceCurrencyDefault = "usd";

export function billingAccountMethods(app: App): Pick<ServiceImpl<typeof FrontierService>, Methods> {
  return {
    async createBillingAccount(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.orgId, field: "org_id" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const fields = { invoiceCurrency: invoiceCurrencyDefault, ...narrowBody(request.body) };
      const created = await app.customers.createBillingAccount({ orgId, id: uuidv7(), fields }, call.signal);
      if ("obstacle" in created) throw new Refused(refusalOf(created, fields));
      return { billingAccount: billingAccountMessage(created) };
    },

    async getBillingAccount(request, context) {
      const call = callOf(app, context);
      const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
      const place = await billingAccountFor(call, names, "reader");
      const expanded = isExpanded(request, "organization", "org") ? place.organization : undefined;
      return {
        billingAccount: billingAccountMessage(place.customer, expanded),
        ...(request.withBillingDetails && { billingDetails: await billingDetails(call, place) }),
      };
    },

    async updateBillingAccount(request, context) {
      const call = callOf(app, context);
      const account = await accountToChange(call, request);
      const change = narrowBody(request.body);
      const updated = await app.billingAccounts.update(account, change, call.signal);
      if (updated === undefined) throw notFound("customer", account.id);
      if (updated === "email taken") throw new Refused(emailTaken(change.email));
      return { billingAccount: billingAccountMessage(updated) };
    },

    async listBillingAccounts(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.orgId, field: "org_id" };
      const organization = await organizationFor(call, name, "reader");
      const expanded = isExpanded(request, "organization", "org") ? organization : undefined;
      return listBillingAccounts(call, { orgId: organization.id, page: request, expanded });
    },
  };
}

function refusalOf(obstacle: BillingAccountObstacle, fields: CustomerFields): Refusal {
  if (obstacle.obstacle === "email") return emailTaken(fields.email);
  const { customerId } = obstacle;
  return {
    reason: obstacle.obstacle === "active" ? "BILLING_ACCOUNT_ACTIVE" : "BILLING_ACCOUNT_OWES",
    customerId,
  };
}
