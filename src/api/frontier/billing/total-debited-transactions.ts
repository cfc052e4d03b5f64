import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceMessage, shownCurrency } from "../credits.ts";
import { shownBalance } from "../shown-balance.ts";

export const totalDebitedTransactions: Handler<
  typeof FrontierService.method.totalDebitedTransactions
> = async (call, request) => {
  const balance = await shownBalance(call, { billingId: request.billingId, field: "billing_id" });
  const currency = shownCurrency(call.organization);
  if (balance === undefined) return { debited: { amount: 0n, currency: currency.code } };
  const { customer, account } = balance;
  const updatedAt = account?.updatedAt ?? customer.createdAt;
  return { debited: balanceMessage(account?.spent ?? Amount.zero, currency, updatedAt) };
};
