import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { refusalOfCurrency } from "../../../domain/permission.ts";
import { availableIn } from "../../../store/books/balances.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { amountOf, shownCurrency } from "../credits.ts";
import { shownBalanceFor } from "../shown-balance.ts";

export const checkCreditEntitlement: Handler<typeof FrontierService.method.checkCreditEntitlement> = async (
  call,
  request,
) => {
  const form = new Form();
  if (request.amount < 0n) form.refuse("amount", "must be 0 or more");
  form.done();
  const balance = await shownBalanceFor(call, { billingId: "", field: "" });
  const book = await call.app.currencies.book(call.organization.id);
  const currency = shownCurrency(call.organization);
  const amount = amountOf(request.amount, currency);
  const charge = { currency: currency.code, amount, payer: balance.account };
  const isAffordable = balance.customer.state === "active" && !availableIn(balance).isLessThan(amount);
  return { status: isAffordable && refusalOfCurrency(book, charge) === undefined };
};
