import { Code, type ConnectError } from "@connectrpc/connect";
import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { Receipt, RefusedOperation, TransferOperation } from "../../../domain/command.ts";
import type { Currency } from "../../../domain/currency.ts";
import { isNonEmpty, mapNonEmpty, type NonEmpty } from "../../../domain/non-empty.ts";
import type { CommandRefusal } from "../../../domain/refusal.ts";
import { commandOperationsMax } from "../../../ledger/ledger.ts";
import { errorOf, fieldViolations, type Outcome, outcomeOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountFor } from "../billing-account.ts";
import { amountOf, shownCurrency } from "../credits.ts";

export const createBillingUsage: Handler<typeof FrontierService.method.createBillingUsage> = async (
  call,
  request,
) => {
  const form = new Form();
  checkUsages(form, request.usages);
  form.done();
  const customer = await billingAccountFor(call, { billingId: request.billingId, field: "billing_id" });
  const currency = shownCurrency(call.organization);
  const operations = request.usages.map((usage) => draftOf(usage, { customerId: customer.id, currency }));
  if (!isNonEmpty(operations)) throw new Error("a request without usages was let through");

  const verdict = await call.submit({ orgId: customer.orgId, operations, dryRun: false });
  if (verdict.outcome === "refused") throw usageError(verdict.refused);
  if (verdict.receipts[0].replay) throw usageError(mapNonEmpty(verdict.receipts, refusalOfReplay));
  return {};
};

/** A command is booked anew or replayed as a whole, and Frontier's clients take a replay for an error. */
function refusalOfReplay({ change }: Receipt, index: number): RefusedOperation {
  return { index, refusal: { reason: "KEY_REUSED", transferId: change.id } };
}

function checkUsages(form: Form, usages: readonly Usage[]): void {
  if (usages.length === 0) form.refuse("usages", "is empty; give at least one usage");
  if (usages.length > commandOperationsMax) {
    form.refuse("usages", `has ${usages.length} usages; at most ${commandOperationsMax} fit in one request`);
    return;
  }
  usages.forEach((usage, index) => {
    const field = (name: string) => `usages[${index}].${name}`;
    form.uuid(field("id"), usage.id);
    if (usage.type === "feature")
      form.refuse(field("type"), "is `feature`, which is not supported; usages are in credits");
    else if (usage.type !== "" && usage.type !== "credit")
      form.refuse(field("type"), "must be `credit` or empty");
    if (usage.amount < 1n) form.refuse(field("amount"), "must be 1 or more");
    form.text(field("source"), usage.source, { charactersMax: 255 });
    form.text(field("description"), usage.description, { charactersMax: 1_024 });
    form.text(field("user_id"), usage.userId, { charactersMax: 255 });
    form.metadata(field("metadata"), usage.metadata);
  });
}

function draftOf(usage: Usage, of: { customerId: string; currency: Currency }): TransferOperation {
  return {
    type: "transfer",
    id: usage.id.toLowerCase(),
    key: null,
    kind: "charge",
    amount: amountOf(usage.amount, of.currency),
    currency: of.currency.code,
    from: { customerId: of.customerId },
    to: { role: "revenue" },
    source: usage.source.toLowerCase(),
    description: usage.description,
    userId: usage.userId,
    metadata: usage.metadata ?? {},
  };
}

/**
 * The error of usages that were refused: the code and reason of the first, how many there are, and a violation for each
 * as far as they fit. Where Frontier's clients expect another code than the table's, it is theirs.
 */
function usageError(refused: NonEmpty<RefusedOperation>): ConnectError {
  const [{ refusal }] = refused;
  const violations = refused.map((each) => ({
    field: `usages[${each.index}].${faultyField(each.refusal)}`,
    description: outcomeOf(each.refusal).message,
    reason: each.refusal.reason,
  }));
  const metadata = { ...outcomeOf(refusal).metadata, refused: String(refused.length) };
  return errorOf(refusal, { ...frontierOutcome(refusal), metadata, details: [fieldViolations(violations)] });
}

function faultyField(refusal: CommandRefusal): string {
  return refusal.reason === "KEY_CONFLICT" || refusal.reason === "KEY_REUSED" ? "id" : "amount";
}

function frontierOutcome(refusal: CommandRefusal): Partial<Outcome> {
  return refusal.reason === "INSUFFICIENT_FUNDS"
    ? { code: Code.InvalidArgument, message: "insufficient credits" }
    : {};
}
