import type { ConnectError } from "@connectrpc/connect";
import type { RefusedOperation } from "../../../domain/command.ts";
import type { NonEmpty } from "../../../domain/non-empty.ts";
import type { CommandRefusal } from "../../../domain/refusal.ts";
import { errorOf, fieldViolations, inFields, outcomeOf } from "../../shared/errors.ts";

/** The error of an atomic batch: the code and reason of the first that was refused, and which were and why. */
export function groupError(refused: NonEmpty<RefusedOperation>): ConnectError {
  const [{ index, refusal }] = refused;
  const outcome = outcomeOf(refusal);
  const violations = refused.map((each) => ({
    field: `requests[${each.index}]`,
    description: outcomeOf(each.refusal).message,
    reason: each.refusal.reason,
  }));
  return errorOf(refusal, {
    message: `requests[${index}]: ${outcome.message}; nothing of the batch was booked`,
    metadata: { ...outcome.metadata, refused: String(refused.length) },
    details: [fieldViolations(violations)],
  });
}

/** The error of one line of a batch whose lines are each on their own. */
export function lineError(refusal: CommandRefusal, index: number): ConnectError {
  return errorOf(
    refusal,
    inFields(refusal, (name) => `requests[${index}].${name}`),
  );
}
