import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { isNonEmpty, mapNonEmpty } from "../../../domain/non-empty.ts";
import { hasConflict, type RefusedOperation, type Verdict } from "../../../domain/verdict.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import type { BillingAccountName } from "../billing-account.ts";
import { shownCurrency } from "../credits.ts";
import { usageIdentities } from "../shown-operation.ts";
import { refusedError, skippedError } from "./usage-errors.ts";
import { bookedFor, type Filling, operationOf } from "./usage-filling.ts";
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
  const customer = await usageCustomer(call, name);
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
 * What is new is booked whatever else is known, as Frontier books it. What a usage leaves open (its currency always) is for
 * one that is known as it was booked, and for a new one as it is now.
 */
async function submitUsages(call: Call, usages: readonly Usage[], customer: UsageCustomer): Promise<Verdict> {
  const shown = shownCurrency(call.organization);
  const identities = await usageIdentities(call, usages.map(idOf));
  const submitFilled = (booked: ReadonlyMap<string, Partial<Filling>>, asksAgain: boolean) => {
    const operations = usages.flatMap((usage, index) => {
      const identity = identities[index];
      if (identity === undefined) return [];
      const open = { currency: shown, source: sourceDefault, customerId: customer.id };
      const filling = { ...open, ...booked.get(identity.id) };
      return operationOf(
        usage,
        identity,
        customer.isNamed ? { ...filling, customerId: customer.id } : filling,
      );
    });
    if (!isNonEmpty(operations)) throw new Error("a request without usages was let through");
    return call.submit(operations, { skipKnown: true, asksAgain });
  };
  const verdict = await submitFilled(new Map(), true);
  if (verdict.outcome === "done" || !hasConflict(verdict.refused)) return verdict;
  return submitFilled(await bookedFor(call, identities), false);
}

/** Whose account a request means, and whether it says so itself. */
interface UsageCustomer {
  readonly id: string;
  readonly isNamed: boolean;
}

/** By its id, so that a usage that is known is answered whatever has become of the account. */
async function usageCustomer(call: Call, { billingId, field }: BillingAccountName): Promise<UsageCustomer> {
  if (billingId === "") {
    const active = await call.app.customers.findBillingAccount(call.organization.id);
    return { id: active?.id ?? nobody, isNamed: false };
  }
  const form = new Form();
  const id = form.uuid(field, billingId);
  form.done();
  return { id, isNamed: true };
}

/** Callers know a usage by the id that they gave it, whatever its id in the ledger. */
function withUsageId({ index, refusal }: RefusedOperation, usages: readonly Usage[]): RefusedOperation {
  if (refusal.reason !== "KEY_CONFLICT" && refusal.reason !== "KEY_REUSED") return { index, refusal };
  return { index, refusal: { ...refusal, transferId: idOf(usages[index]) } };
}
