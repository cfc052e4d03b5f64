import type { LimitsCheckService } from "../../../../gen/tallystick/v1/limits_check_pb.ts";
import { balanceOf } from "../../../domain/account.ts";
import { Amount, amountPlacesMax } from "../../../domain/amount.ts";
import { notFound } from "../../../domain/refusal.ts";
import { availableIn, type Balance } from "../../../store/books/balances.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingTypeMessages } from "../customers/customer-message.ts";
import { requireCurrency } from "../recognized-currency.ts";

/** The faults of Apigee's policy MonetizationLimitsCheck. */
const faults = {
  disabled: "mint.service.wallet_blocked_due_to_inactivity",
  noWallet: "mint.service.wallet_not_found_for_developer",
  exceeded: "mint.service.developer_usage_exceeds_balance",
};

export const checkLimits: Handler<typeof LimitsCheckService.method.checkLimits> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const code = form.text("currency", request.currency, { charactersMax: 10, required: true });
  const plain = { code, places: amountPlacesMax, minorPlaces: 0 };
  const amount = request.amount === "" ? undefined : form.positiveAmount("amount", request.amount, plain);
  form.done();

  const balance = await call.app.balances.find({ orgId, customer, currency: code });
  if (balance === undefined) throw notFound("customer", customer);
  const { account, minimumBalance } = balance;
  if (account === undefined) await requireCurrency(call, code);
  const available = availableIn(balance);
  const fault = faultOf(balance, available, amount);
  return {
    blocked: fault !== "",
    fault,
    customerId: balance.customer.id,
    billingType: billingTypeMessages[balance.customer.billingType],
    currency: code,
    posted: (account ? balanceOf(account) : Amount.zero).toString(),
    held: (account?.held ?? Amount.zero).toString(),
    available: available.toString(),
    minimumBalance: minimumBalance.toString(),
  };
};

/** Empty where the customer may spend. */
function faultOf({ customer, account }: Balance, available: Amount, amount: Amount | undefined): string {
  if (customer.state !== "active") return faults.disabled;
  const suffices = amount === undefined ? available.isPositive() : !available.isLessThan(amount);
  if (suffices) return "";
  const isUnused = account === undefined || account.version === 0;
  return isUnused && customer.billingType === "prepaid" ? faults.noWallet : faults.exceeded;
}
