import type { ServiceImpl } from "@connectrpc/connect";
import type { BalanceService } from "../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import type { App } from "../../app.ts";
import { Amount } from "../../domain/amount.ts";
import { notFound } from "../../domain/refusal.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { balanceMessage } from "./balances/balance-message.ts";
import { creditFigures } from "./balances/figures.ts";
import { recognizedCurrency } from "./currency.ts";
import { currencyPrinter } from "./currency-message.ts";
import { numberedPage, rowsOf } from "./numbered-page.ts";
import { organizationNamed, ownerNamed } from "./owner.ts";

type Methods = "setCreditLimit" | "listCreditLimits" | "deleteCreditLimit";

export function creditLimitMethods(app: App): Pick<ServiceImpl<typeof BalanceService>, Methods> {
  return {
    async setCreditLimit(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "admin");
      const { id: orgId } = organization;
      const form = new Form();
      const of = { orgId, form, field: "supported_currency_id" };
      const currency = await recognizedCurrency(call, of, request.supportedCurrencyId);
      const limit = form.amount("amount", request.amount, currency) ?? Amount.zero;
      if (limit.isNegative()) form.refuse("amount", "must be 0 or more");
      form.done();

      const customer = await ownerNamed(call, orgId, request);
      const key = { orgId, customerId: customer.id, currency: currency.code };
      await app.creditLimits.set(key, limit, call.signal);
      // Another may have cleared it since.
      const justSet = { currency: currency.code, amount: limit, usage: Amount.zero };
      const [figures = justSet] = await creditFigures(call, customer, currency.code);
      return {
        developerBalance: balanceMessage(customer, figures, await currencyPrinter(call, organization)),
      };
    },

    async listCreditLimits(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "reader");
      const form = new Form();
      const page = numberedPage(form, request);
      form.done();
      const customer = await ownerNamed(call, organization.id, request);
      const figures = await creditFigures(call, customer);
      const print = await currencyPrinter(call, organization);
      return {
        developerBalance: rowsOf(figures, page).map((each) => balanceMessage(customer, each, print)),
        totalRecords: figures.length,
      };
    },

    async deleteCreditLimit(request, context) {
      const call = callOf(app, context);
      const { id: orgId } = await organizationNamed(call, request, "admin");
      const form = new Form();
      const of = { orgId, form, field: "supported_currency_id" };
      const { code } = await recognizedCurrency(call, of, request.supportedCurrencyId);
      form.done();
      const customer = await ownerNamed(call, orgId, request);
      const key = { orgId, customerId: customer.id, currency: code };
      if (!(await app.creditLimits.clear(key, call.signal))) {
        throw notFound("credit limit", `of ${customer.email || customer.name} in ${code}`);
      }
      return {};
    },
  };
}
