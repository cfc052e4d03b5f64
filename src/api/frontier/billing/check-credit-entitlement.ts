import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { availableIn } from "../../../store/books/balances.ts";
import type { Handler } from "../../shared/handler.ts";
import { requireInteger } from "../billing-account.ts";
import { amountOf, shownCurrency } from "../credits.ts";
import { shownBalanceFor } from "../shown-balance.ts";

export const checkCreditEntitlement: Handler<typeof FrontierService.method.checkCreditEntitlement> = async (
  call,
  request,
) => {
  requireInteger("amount", request.amount, 0n);
  const balance = await shownBalanceFor(call, { billingId: "", field: "" });
  const asked = amountOf(request.amount, shownCurrency(call.organization));
  return { status: balance.customer.state === "active" && !availableIn(balance).isLessThan(asked) };
};
