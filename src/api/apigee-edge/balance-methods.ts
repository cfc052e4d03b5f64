import type { ServiceImpl } from "@connectrpc/connect";
import type { BalanceService } from "../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import type { App } from "../../app.ts";
import type { Amount } from "../../domain/amount.ts";
import { operationId } from "../../domain/operation-id.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { balanceMessage, monthlyBalanceMessage } from "./balances/balance-message.ts";
import { balanceFigures } from "./balances/figures.ts";
import { optionalCurrency, usableCurrency } from "./currency.ts";
import { currencyPrinter } from "./currency-message.ts";
import { billingMonthOf } from "./month.ts";
import { numberedPage, rowsOf } from "./numbered-page.ts";
import { organizationNamed, ownerNamed } from "./owner.ts";
import { keyOf, submit } from "./submit.ts";
import { edgeSource, transactionMessage } from "./transactions/transaction-message.ts";

type Methods = "listDeveloperBalances" | "topUpDeveloperBalance" | "listMonthlyBalances";

export function balanceMethods(app: App): Pick<ServiceImpl<typeof BalanceService>, Methods> {
  return {
    async listDeveloperBalances(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "reader");
      const form = new Form();
      const of = { orgId: organization.id, form, field: "currency_id" };
      const currency = await optionalCurrency(call, of, request.currencyId);
      const page = numberedPage(form, request);
      form.done();
      const customer = await ownerNamed(call, organization.id, request);
      const figures = await balanceFigures(call, customer, currency);
      const print = await currencyPrinter(call, organization);
      return {
        developerBalance: rowsOf(figures, page).map((each) => balanceMessage(customer, each, print)),
        totalRecords: figures.length,
      };
    },

    async topUpDeveloperBalance(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "writer");
      const { id: orgId } = organization;
      const form = new Form();
      const of = { orgId, form, field: "supported_currency.id" };
      const currency = await usableCurrency(call, of, request.supportedCurrency?.id ?? "");
      const amount = form.positiveAmount("amount", request.amount, currency);
      await requireMinimum(call, { orgId, form, currency: currency.code }, amount);
      const key = keyOf(form, context);
      form.done();

      const customer = await ownerNamed(call, orgId, request);
      const transfer = await submit(call, context, {
        orgId,
        operation: {
          ...{ type: "transfer", id: operationId({ orgId, key }), key, kind: "credit", amount },
          currency: currency.code,
          from: { role: "funding" },
          to: { customerId: customer.id },
          ...{ source: edgeSource, description: "", userId: "", metadata: {} },
        },
      });
      const [figures] = await balanceFigures(call, customer, currency.code);
      if (figures === undefined) throw new Error("a top-up left no balance");
      const print = await currencyPrinter(call, organization);
      const developerBalance = balanceMessage(customer, figures, print);
      developerBalance.transaction = transactionMessage({ transfer, customer }, print);
      return { developerBalance };
    },

    async listMonthlyBalances(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "reader");
      const { id: orgId } = organization;
      const form = new Form();
      const month = billingMonthOf(form, request);
      const of = { orgId, form, field: "supported_currency_id" };
      const currency = await optionalCurrency(call, of, request.supportedCurrencyId);
      form.done();
      const customer = await ownerNamed(call, orgId, request);
      const which = { orgId, customerId: customer.id, currency, period: month };
      const periods = (await app.periods.list(which, call.signal)).filter(
        ({ account }) => account.version > 0,
      );
      const print = await currencyPrinter(call, organization);
      return {
        developerBalance: periods.map((period) => monthlyBalanceMessage(customer, { period, month }, print)),
        totalRecords: periods.length,
      };
    },
  };
}

/** Refuses less than the currency says must be added at least. */
async function requireMinimum(
  call: Call,
  of: { orgId: string; form: Form; currency: string },
  amount: Amount,
): Promise<void> {
  const configured = await call.app.currencies.find(of.orgId, of.currency, call.signal);
  if (configured === undefined || !amount.isPositive() || !amount.isLessThan(configured.minimumTopUp)) return;
  of.form.refuse(
    "amount",
    `must be ${configured.minimumTopUp} or more, the minimum top-up in ${of.currency}`,
  );
}
