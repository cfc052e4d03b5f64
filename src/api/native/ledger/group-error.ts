import type { ConnectError } from "@connectrpc/connect";
import type { NonEmpty } from "../../../domain/non-empty.ts";
import type { CommandRefusal, Refusal } from "../../../domain/refusal.ts";
import type { ErrorContent } from "../../../errors/error-size.ts";
import { fieldViolations } from "../../shared/error-details.ts";
import { errorContentOf, errorOf, inFields, outcomeOf } from "../../shared/errors.ts";
import { refusedField } from "../../shared/refused-field.ts";

/** A transfer that keeps an atomic batch from being booked, and why. */
interface Obstacle {
  readonly index: number;
  readonly refusal: Refusal;
}

/** The error of an atomic batch: what is wrong with its fields; else the code and reason of the first, and which and why. */
export function groupError(refused: NonEmpty<Obstacle>): ConnectError {
  const invalid = refused.flatMap(({ refusal }) =>
    refusal.reason === "INVALID_FIELDS" ? refusal.violations : [],
  );
  if (invalid.length > 0) return errorOf({ reason: "INVALID_FIELDS", violations: invalid });
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
export function lineError(refusal: CommandRefusal, index: number): ErrorContent {
  const outcome = outcomeOf(refusal);
  if (refusedField(refusal) === undefined) return errorContentOf(refusal, outcome);
  const named = inFields(refusal, (name) => `requests[${index}].${name}`);
  return errorContentOf(refusal, { ...outcome, ...named });
}
