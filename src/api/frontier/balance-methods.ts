import type { ServiceImpl } from "@connectrpc/connect";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import { availableOf, balanceOf } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { callOf } from "../shared/call.ts";
import { billingAccountFor, billingAccountPlace, requireInteger } from "./billing-account.ts";
import { amountOf, balanceMessage, minimumBalanceOf, shownAccount, shownCurrency } from "./credits.ts";

type Methods = "getBillingBalance" | "totalDebitedTransactions" | "checkCreditEntitlement" | "hasTrialed";

const nothing = { funded: Amount.zero, spent: Amount.zero, held: Amount.zero };

export function balanceMethods(app: App): Pick<ServiceImpl<typeof FrontierService>, Methods> {
  return {
    async getBillingBalance(request, context) {
      const call = callOf(app, context);
      const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
      const place = await billingAccountFor(call, names, "reader");
      const account = await shownAccount(call, place);
      const balance = account === undefined ? Amount.zero : balanceOf(account);
      const updatedAt = account?.updatedAt ?? place.customer.createdAt;
      return { balance: balanceMessage(balance, shownCurrency(place.organization), updatedAt) };
    },

    async totalDebitedTransactions(request, context) {
      const call = callOf(app, context);
      const names = { orgId: request.orgId, billingId: request.billingId, billingIdField: "billing_id" };
      const { organization, customer } = await billingAccountPlace(call, names, "reader");
      const currency = shownCurrency(organization);
      if (customer === undefined) return { debited: { amount: 0n, currency: currency.code } };
      const account = await shownAccount(call, { organization, customer });
      const updatedAt = account?.updatedAt ?? customer.createdAt;
      return { debited: balanceMessage(account?.spent ?? Amount.zero, currency, updatedAt) };
    },

    async checkCreditEntitlement(request, context) {
      const call = callOf(app, context);
      requireInteger("amount", request.amount, 0n);
      const names = { orgId: request.orgId, billingId: "", billingIdField: "org_id" };
      const place = await billingAccountFor(call, names, "reader");
      const account = await shownAccount(call, place);
      const minimumBalance = await minimumBalanceOf(call, place, account);
      const available = availableOf({ ...(account ?? nothing), minimumBalance }) ?? Amount.zero;
      const required = amountOf(request.amount, shownCurrency(place.organization));
      return { status: place.customer.state === "active" && !available.isLessThan(required) };
    },

    async hasTrialed(request, context) {
      const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
      await billingAccountFor(callOf(app, context), names, "reader");
      return { trialed: false };
    },
  };
}
