import type { ServiceImpl } from "@connectrpc/connect";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import { balanceOf } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { availableIn } from "../../store/balances.ts";
import { callOf } from "../shared/call.ts";
import { billingAccountFor, requireInteger } from "./billing-account.ts";
import { amountOf, balanceMessage, shownCurrency } from "./credits.ts";
import { shownBalance, shownBalanceFor } from "./shown-balance.ts";

type Methods = "getBillingBalance" | "totalDebitedTransactions" | "checkCreditEntitlement" | "hasTrialed";

export function balanceMethods(app: App): Pick<ServiceImpl<typeof FrontierService>, Methods> {
  return {
    async getBillingBalance(request, context) {
      const call = callOf(app, context);
      const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
      const { organization, balance } = await shownBalanceFor(call, names, "reader");
      const { customer, account } = balance;
      const posted = account === undefined ? Amount.zero : balanceOf(account);
      const updatedAt = account?.updatedAt ?? customer.createdAt;
      return { balance: balanceMessage(posted, shownCurrency(organization), updatedAt) };
    },

    async totalDebitedTransactions(request, context) {
      const call = callOf(app, context);
      const names = { orgId: request.orgId, billingId: request.billingId, billingIdField: "billing_id" };
      const { organization, balance } = await shownBalance(call, names, "reader");
      const currency = shownCurrency(organization);
      if (balance === undefined) return { debited: { amount: 0n, currency: currency.code } };
      const { customer, account } = balance;
      const updatedAt = account?.updatedAt ?? customer.createdAt;
      return { debited: balanceMessage(account?.spent ?? Amount.zero, currency, updatedAt) };
    },

    async checkCreditEntitlement(request, context) {
      const call = callOf(app, context);
      requireInteger("amount", request.amount, 0n);
      const names = { orgId: request.orgId, billingId: "", billingIdField: "org_id" };
      const { organization, balance } = await shownBalanceFor(call, names, "reader");
      const asked = amountOf(request.amount, shownCurrency(organization));
      return { status: balance.customer.state === "active" && !availableIn(balance).isLessThan(asked) };
    },

    async hasTrialed(request, context) {
      const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
      await billingAccountFor(callOf(app, context), names, "reader");
      return { trialed: false };
    },
  };
}
