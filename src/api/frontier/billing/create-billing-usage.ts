import { Code, type ConnectError } from "@connectrpc/connect";
import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { CustomerName, RefusedOperation, TransferOperation, Verdict } from "../../../domain/command.ts";
import { type Currency, currencyOf } from "../../../domain/currency.ts";
import { isNonEmpty, mapNonEmpty, type NonEmpty } from "../../../domain/non-empty.ts";
import type { Identity } from "../../../domain/operation-id.ts";
import type { CommandRefusal, Refused } from "../../../domain/refusal.ts";
import { commandOperationsMax } from "../../../ledger/ledger.ts";
import type { Call } from "../../shared/call.ts";
import { fieldViolations } from "../../shared/error-details.ts";
import { errorOf, type Outcome, outcomeOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { type BillingAccountName, noBillingAccount } from "../billing-account.ts";
import { amountOf, shownCurrency } from "../credits.ts";

/** An id that nobody has. */
const nobody = "00000000-0000-0000-0000-000000000000";

export const createBillingUsage: Handler<typeof FrontierService.method.createBillingUsage> = async (
  call,
  request,
) => {
  const form = new Form();
  checkUsages(form, request.usages);
  form.done();
  const name = { billingId: request.billingId, field: "billing_id" };
  const customer = await customerName(call, name);
  const { usages } = request;
  const verdict = await submitUsages(call, usages, customer);
  if (verdict.outcome === "refused")
    throw refusedError(
      call,
      name,
      mapNonEmpty(verdict.refused, (refused) => withUsageId(refused, usages)),
    );
  const replays = verdict.receipts.flatMap(({ replay }, index): RefusedOperation[] =>
    replay ? [{ index, refusal: { reason: "KEY_REUSED", transferId: idOf(usages[index]) } }] : [],
  );
  if (isNonEmpty(replays)) throw usageError(replays);
  return {};
};

/**
 * What is new is booked whatever else is known, as Frontier books it. A usage does not say its currency: one that is known
 * was in the one that was shown then, and one that was not booked is in the one that is shown now.
 */
async function submitUsages(call: Call, usages: readonly Usage[], customer: CustomerName): Promise<Verdict> {
  const shown = shownCurrency(call.organization);
  const submitIn = (currencies: ReadonlyMap<string, Currency>) => {
    const operations = usages.map((usage) => {
      const identity = call.identity(idOf(usage));
      return operationOf(usage, { identity, customer, currency: currencies.get(identity.id) ?? shown });
    });
    if (!isNonEmpty(operations)) throw new Error("a request without usages was let through");
    return call.submit(operations, { skipKnown: true });
  };
  const verdict = await submitIn(new Map());
  const isConflict =
    verdict.outcome === "refused" && verdict.refused.some(({ refusal }) => refusal.reason === "KEY_CONFLICT");
  if (!isConflict) return verdict;
  const booked = await bookedCurrencies(call, usages);
  const isAsShown = [...booked.values()].every(({ code }) => code === shown.code);
  return isAsShown ? verdict : submitIn(booked);
}

/** The currencies of what the ids of usages stand for, as far as this face may show them. */
async function bookedCurrencies(call: Call, usages: readonly Usage[]): Promise<Map<string, Currency>> {
  const ids = usages.map((usage) => call.identity(idOf(usage)).id);
  const known = await call.app.ledger.known(call.organization.id, ids);
  const currencies = [...known].map(([id, { recorded }]) => [id, currencyOf(recorded.currency)] as const);
  return new Map(currencies.flatMap(([id, currency]) => (currency === undefined ? [] : [[id, currency]])));
}

/** By its id, so that a usage that is known is answered whatever has become of the account. */
async function customerName(call: Call, { billingId, field }: BillingAccountName): Promise<CustomerName> {
  if (billingId === "") {
    const active = await call.app.customers.findBillingAccount(call.organization.id);
    return { text: active?.id ?? nobody, as: "implied" };
  }
  const form = new Form();
  const text = form.uuid(field, billingId);
  form.done();
  return { text, as: "id" };
}

/** Callers know a usage by the id that they gave it, whatever its id in the ledger. */
function withUsageId({ index, refusal }: RefusedOperation, usages: readonly Usage[]): RefusedOperation {
  if (refusal.reason !== "KEY_CONFLICT" && refusal.reason !== "KEY_REUSED") return { index, refusal };
  return { index, refusal: { ...refusal, transferId: idOf(usages[index]) } };
}

function idOf(usage: Usage | undefined): string {
  return usage?.id.toLowerCase() ?? "";
}

/** Whoever does not exist is missing for all of the usages alike. */
function refusedError(
  call: Call,
  name: BillingAccountName,
  refused: NonEmpty<RefusedOperation>,
): ConnectError | Refused {
  const [{ refusal }] = refused;
  return refusal.reason === "NOT_FOUND" ? noBillingAccount(name, call.organization) : usageError(refused);
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
    if (usage.amount < 0n) form.refuse(field("amount"), "must be 0 or more");
    form.text(field("source"), usage.source, { charactersMax: 255 });
    form.text(field("description"), usage.description, { charactersMax: 1_024 });
    form.text(field("user_id"), usage.userId, { charactersMax: 255 });
    form.metadata(field("metadata"), usage.metadata);
  });
}

function operationOf(
  usage: Usage,
  { identity, customer, currency }: { identity: Identity; customer: CustomerName; currency: Currency },
): TransferOperation<CustomerName> {
  return {
    type: "transfer",
    ...identity,
    kind: "charge",
    amount: amountOf(usage.amount, currency),
    currency: currency.code,
    isCurrencyImplied: true,
    customer,
    isPaying: true,
    other: { counter: "revenue" },
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
