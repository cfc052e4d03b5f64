import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { CustomerName, RefusedOperation, TransferOperation, Verdict } from "../../../domain/command.ts";
import { type Currency, currencyOf } from "../../../domain/currency.ts";
import { isNonEmpty, mapNonEmpty } from "../../../domain/non-empty.ts";
import type { Identity } from "../../../domain/operation-id.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import type { BillingAccountName } from "../billing-account.ts";
import { amountOf, shownCurrency } from "../credits.ts";
import { usageIdentities } from "../shown-operation.ts";
import { refusedError, skippedError } from "./usage-errors.ts";
import { checkUsages, idOf } from "./usages.ts";

/** What Frontier writes where a usage does not say its source. */
const sourceDefault = "system";
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
  if (verdict.outcome === "refused") {
    const refused = mapNonEmpty(verdict.refused, (each) => withUsageId(each, usages));
    throw refusedError(call, name, { refused, asked: usages.length });
  }
  const skipped = verdict.receipts.flatMap(({ replay }, index) => (replay ? [index] : []));
  if (isNonEmpty(skipped)) throw skippedError(usages, skipped);
  return {};
};

/**
 * What is new is booked whatever else is known, as Frontier books it. A usage does not say its currency: one that is known
 * was in the one that was shown then, and one that was not booked is in the one that is shown now.
 */
async function submitUsages(call: Call, usages: readonly Usage[], customer: CustomerName): Promise<Verdict> {
  const shown = shownCurrency(call.organization);
  const identities = await usageIdentities(call, usages.map(idOf));
  const submitIn = (currencies: ReadonlyMap<string, Currency>) => {
    const operations = usages.flatMap((usage, index) => {
      const identity = identities[index];
      if (identity === undefined) return [];
      return operationOf(usage, { identity, customer, currency: currencies.get(identity.id) ?? shown });
    });
    if (!isNonEmpty(operations)) throw new Error("a request without usages was let through");
    return call.submit(operations, { skipKnown: true });
  };
  const verdict = await submitIn(new Map());
  const isConflict =
    verdict.outcome === "refused" && verdict.refused.some(({ refusal }) => refusal.reason === "KEY_CONFLICT");
  if (!isConflict) return verdict;
  const booked = await bookedCurrencies(call, identities);
  const isAsShown = [...booked.values()].every(({ code }) => code === shown.code);
  return isAsShown ? verdict : submitIn(booked);
}

/** The currencies of what the ids of usages stand for, as far as this face may show them. */
async function bookedCurrencies(call: Call, identities: readonly Identity[]): Promise<Map<string, Currency>> {
  const ids = identities.map(({ id }) => id);
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
    source: usage.source.toLowerCase() || sourceDefault,
    isSourceImplied: usage.source === "",
    description: usage.description,
    userId: usage.userId,
    metadata: usage.metadata ?? {},
  };
}
