import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { balanceOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceMessage, shownCurrency } from "../credits.ts";
import { shownBalanceFor } from "../shown-balance.ts";

export const getBillingBalance: Handler<typeof FrontierService.method.getBillingBalance> = async (
  call,
  request,
) => {
  const { customer, account } = await shownBalanceFor(call, { billingId: request.id, field: "id" });
  const posted = account === undefined ? Amount.zero : balanceOf(account);
  const updatedAt = account?.updatedAt ?? customer.createdAt;
  return { balance: balanceMessage(posted, shownCurrency(call.organization), updatedAt) };
};
