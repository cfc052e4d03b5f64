import { Code, type ConnectError } from "@connectrpc/connect";
import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { mapNonEmpty, type NonEmpty } from "../../../domain/non-empty.ts";
import type { CommandRefusal, Refused } from "../../../domain/refusal.ts";
import type { RefusedOperation } from "../../../domain/verdict.ts";
import type { Call } from "../../shared/call.ts";
import { fieldViolations } from "../../shared/error-details.ts";
import { errorOf, type Outcome, outcomeOf } from "../../shared/errors.ts";
import { type BillingAccountName, noBillingAccount } from "../billing-account.ts";
import { frontierOutcome } from "../outcome.ts";
import { idOf } from "./usages.ts";

/**
 * The error of a request of which nothing new was booked: the code and reason of the first usage that was refused, and each
 * by its place. Whoever does not exist is missing for all of the usages alike.
 */
export function refusedError(
  call: Call,
  name: BillingAccountName,
  { refused, asked }: { refused: NonEmpty<RefusedOperation>; asked: number },
): ConnectError | Refused {
  const [{ refusal }] = refused;
  if (refusal.reason === "NOT_FOUND") return noBillingAccount(name, call.organization);
  const conflicts = refused.filter((each) => each.refusal.reason === "KEY_CONFLICT");
  const words =
    refusal.reason === "KEY_CONFLICT"
      ? conflictOutcome(refusal, { isWhole: conflicts.length === asked })
      : frontierOutcome(refusal);
  return usageError(refused, words, { refused: String(refused.length) });
}

/**
 * ALREADY_EXISTS is what Frontier's clients take for done, so a request that holds more than what is known may not be
 * refused by it.
 */
function conflictOutcome(refusal: CommandRefusal, { isWhole }: { isWhole: boolean }): Partial<Outcome> {
  const message = `nothing new was booked: ${outcomeOf(refusal).message}`;
  return isWhole ? { message } : { code: Code.FailedPrecondition, message };
}

/** The answer to a request of which some usages were known, with the same content: they were skipped, and the rest is booked. */
export function skippedError(usages: readonly Usage[], skipped: NonEmpty<number>): ConnectError {
  const known = mapNonEmpty(skipped, (index): RefusedOperation => {
    const id = idOf(usages[index]);
    return { index, refusal: { reason: "KEY_REUSED", transferId: id, key: id } };
  });
  const booked = usages.length - known.length;
  const message = `credits already applied for ${known.length} of ${usages.length} usages; ${booked} new applied now`;
  return usageError(known, { message }, { known: String(known.length), booked: String(booked) });
}

/** One error for several usages, with a violation for each as far as they fit. */
function usageError(
  named: NonEmpty<RefusedOperation>,
  outcome: Partial<Outcome>,
  counts: Readonly<Record<string, string>>,
): ConnectError {
  const [{ refusal }] = named;
  const violations = named.map((each) => ({
    field: `usages[${each.index}].${faultyField(each.refusal)}`,
    description: outcomeOf(each.refusal).message,
    reason: each.refusal.reason,
  }));
  const metadata = { ...outcomeOf(refusal).metadata, ...counts };
  return errorOf(refusal, { ...outcome, metadata, details: [fieldViolations(violations)] });
}

function faultyField(refusal: CommandRefusal): string {
  return refusal.reason === "KEY_CONFLICT" || refusal.reason === "KEY_REUSED" ? "id" : "amount";
}
