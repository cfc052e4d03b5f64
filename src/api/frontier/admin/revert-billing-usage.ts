import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { Amount } from "../../../domain/amount.ts";
import type { RefundOperation } from "../../../domain/command.ts";
import { type Currency, currencyOf } from "../../../domain/currency.ts";
import { keyText, type Recorded } from "../../../domain/recorded.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import type { Customer } from "../../../store/customers/customers.ts";
import { wholeOf } from "../../../store/journal/known.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountFor } from "../billing-account.ts";
import { amountOf } from "../credits.ts";
import { operationsShown } from "../shown-operation.ts";

/** Before the source of a usage that was given back. */
const revertSource = "system.revert";

export const revertBillingUsage: Handler<typeof AdminService.method.revertBillingUsage> = async (
  call,
  request,
) => {
  const form = new Form();
  const usageId = form.uuid("usage_id", request.usageId);
  if (request.amount < 1n) form.refuse("amount", "must be 1 or more");
  form.done();
  const customer = await billingAccountFor(call, { billingId: request.billingId, field: "billing_id" });
  const { usage, currency } = await usageOf(call, { usageId, customer });
  const verdict = await call.submit([
    revertOf(call, { usage, usageId, amount: amountOf(request.amount, currency) }),
  ]);
  if (verdict.outcome === "refused") throw new Refused(verdict.refused[0].refusal);
  return {};
};

/**
 * A transfer of the account that this face shows, or what was booked under the id while it showed another currency, which a
 * retry would find known; every other does not exist here.
 */
async function usageOf(
  call: Call,
  { usageId, customer }: { usageId: string; customer: Customer },
): Promise<{ usage: Recorded; currency: Currency }> {
  const recorded = (await operationsShown(call, [usageId], wholeOf)).get(usageId);
  const sides = recorded === undefined ? [] : [recorded.from, recorded.to];
  const isTheirs = sides.some(
    (side) =>
      side !== null && "customerId" in side.account.owner && side.account.owner.customerId === customer.id,
  );
  const currency = recorded && currencyOf(recorded.currency);
  if (recorded === undefined || currency === undefined || !isTheirs) throw notFound("transfer", usageId);
  const isShown = recorded.currency === call.organization.frontierCurrency;
  if (!isShown && keyText(recorded) !== usageId) throw notFound("transfer", usageId);
  return { usage: recorded, currency };
}

/** What is left of the usage only the ledger knows, under the lock of the account. */
function revertOf(
  call: Call,
  { usage, usageId, amount }: { usage: Recorded; usageId: string; amount: Amount },
): RefundOperation {
  return {
    type: "refund",
    ...call.identity(null),
    refundOf: usage.id,
    amount,
    source: `${revertSource}.${usage.source}`,
    description: `Revert: ${usage.description}`,
    userId: usage.userId,
    metadata: { ...usage.metadata, revert_request_using: usageId },
  };
}
