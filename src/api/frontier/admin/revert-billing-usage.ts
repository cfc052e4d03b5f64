import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { Amount } from "../../../domain/amount.ts";
import type { RefundOperation } from "../../../domain/asked-operation.ts";
import { type Currency, currencyOf } from "../../../domain/currency.ts";
import type { Identity } from "../../../domain/operation-id.ts";
import { keyText, type Recorded } from "../../../domain/recorded.ts";
import { notFound } from "../../../domain/refusal.ts";
import { wholeOf } from "../../../store/journal/known.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { identityByHeader } from "../../shared/idempotency-key.ts";
import { amountOf } from "../credits.ts";
import { accountIdFor, submitKeyed } from "../keyed.ts";
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
  const identity = identityByHeader(form, call, "frontier");
  form.done();
  const account = { billingId: request.billingId, field: "billing_id" };
  await submitKeyed(call, identity, async (booked) => {
    const isOpen = booked !== undefined && request.billingId === "";
    const customerId = isOpen ? undefined : await accountIdFor(call, account, booked);
    const { usage, currency } = await usageOf(call, { usageId, customerId, booked });
    return revertOf(identity, { usage, usageId, amount: amountOf(request.amount, currency) });
  });
  return {};
};

interface Meant {
  readonly usageId: string;
  /** Undefined where a known key tells whose usage was meant: with one of anybody else's it is in conflict. */
  readonly customerId: string | undefined;
  /** What the request's key stands for already. */
  readonly booked: Recorded | undefined;
}

/**
 * A transfer of the account that this face shows, or what was booked under the id while it showed another currency, which a
 * retry would find known; every other does not exist here, but for the revert that gave it back.
 */
async function usageOf(
  call: Call,
  { usageId, customerId, booked }: Meant,
): Promise<{ usage: Recorded; currency: Currency }> {
  const recorded = (await operationsShown(call, [usageId], wholeOf)).get(usageId);
  const sides = recorded === undefined ? [] : [recorded.from, recorded.to];
  const owners = sides.flatMap((side) => (side === null ? [] : [side.account.owner]));
  const isTheirs =
    customerId === undefined ||
    owners.some((owner) => "customerId" in owner && owner.customerId === customerId);
  const currency = recorded && currencyOf(recorded.currency);
  if (recorded === undefined || currency === undefined || !isTheirs) throw notFound("transfer", usageId);
  const isShown = recorded.currency === call.organization.frontierCurrency;
  const isKnown = keyText(recorded) === usageId || booked?.refersTo === recorded.id;
  if (!isShown && !isKnown) throw notFound("transfer", usageId);
  return { usage: recorded, currency };
}

/** What is left of the usage only the ledger knows, under the lock of the account. */
function revertOf(
  identity: Identity,
  { usage, usageId, amount }: { usage: Recorded; usageId: string; amount: Amount },
): RefundOperation {
  return {
    type: "refund",
    ...identity,
    refundOf: usage.id,
    amount,
    source: `${revertSource}.${usage.source}`,
    description: `Revert: ${usage.description}`,
    userId: usage.userId,
    metadata: { ...usage.metadata, revert_request_using: usageId },
  };
}
