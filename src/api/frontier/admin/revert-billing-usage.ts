import { Code } from "@connectrpc/connect";
import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { Amount } from "../../../domain/amount.ts";
import type { RefundOperation } from "../../../domain/command.ts";
import type { Currency } from "../../../domain/currency.ts";
import type { Transfer } from "../../../domain/perform/transfer.ts";
import { notFound, type Refusal } from "../../../domain/refusal.ts";
import type { Customer } from "../../../store/customers/customers.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf, type Outcome } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountFor } from "../billing-account.ts";
import { amountOf, shownCurrency } from "../credits.ts";

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
  const { organization } = call;
  const name = { billingId: request.billingId, field: "billing_id" };
  const customer = await billingAccountFor(call, name);
  const currency = shownCurrency(organization);
  const usage = await usageOf(call, { usageId, customer, currency });
  const operation = revertOf(usage, amountOf(request.amount, currency), call.newId());
  const command = { orgId: organization.id, operations: [operation], dryRun: false } as const;
  const verdict = await call.submit(command);
  if (verdict.outcome === "refused") throw revertError(verdict.refused[0].refusal);
  return {};
};

/** A transfer of the account that this face shows; to every other it does not exist. */
async function usageOf(
  call: Call,
  of: { usageId: string; customer: Customer; currency: Currency },
): Promise<Transfer> {
  const { usageId, customer, currency } = of;
  const transfer = await call.app.transfers.find({ orgId: customer.orgId, id: usageId }, call.signal);
  const isTheirs = [transfer?.from, transfer?.to].some(
    (side) => side !== undefined && "customerId" in side && side.customerId === customer.id,
  );
  if (transfer === undefined || !isTheirs || transfer.currency !== currency.code)
    throw notFound("transfer", usageId);
  return transfer;
}

/** What is left of the usage only the ledger knows, under the lock of the account. */
function revertOf(usage: Transfer, amount: Amount, newId: string): RefundOperation {
  const { id, kind, from, to } = usage;
  const isUsage = kind === "charge" || kind === "capture";
  if (!isUsage || !("customerId" in from) || !("role" in to))
    throw revertError({ reason: "NOT_REFUNDABLE", transferId: id, kind });
  return {
    type: "refund",
    id: newId,
    key: null,
    refundOf: id,
    amount,
    customerId: from.customerId,
    counterRole: to.role,
    currency: usage.currency,
    source: `${revertSource}.${usage.source}`,
    description: `Revert: ${usage.description}`,
    userId: usage.userId,
    metadata: { ...usage.metadata, revert_request_using: id },
  };
}

/** Frontier's own codes and words, where it has some. */
function revertError(refusal: Refusal) {
  return errorOf(refusal, frontierOutcome(refusal));
}

function frontierOutcome(refusal: Refusal): Partial<Outcome> {
  if (refusal.reason === "REFUND_TOO_LARGE")
    return { code: Code.InvalidArgument, message: "revert amount is greater than the usage amount" };
  if (refusal.reason === "NOT_REFUNDABLE" && refusal.kind === "refund")
    return { code: Code.AlreadyExists, message: "a reverted usage cannot be reverted again" };
  return {};
}
