import type { ConnectError } from "@connectrpc/connect";
import { shortenedText } from "../../errors/shortened.ts";
import type { FieldViolation } from "./request-errors.ts";
import { requestError } from "./request-errors.ts";

/** Most violations in one answer. */
export const violationsMax = 20;
/** What the body is called where all of it is at fault; it has no field path. */
export const wholeBody = "the body";
/** What is collected may come from names of any length. */
const fieldCharactersMax = 200;
/** Enough for all names of an enum. */
const descriptionCharactersMax = 500;

/** Collects the values of one request that do not fit, so that one answer names them all. */
export class Violations {
  private readonly found: FieldViolation[] = [];

  /**
   * Adds one; `field` is empty for the body as a whole.
   *
   * @throws ConnectError with all violations once there are `violationsMax`, so that reading stops there.
   */
  add(field: string, description: string): void {
    this.found.push({
      field: shortenedText(field, fieldCharactersMax),
      description: shortenedText(description, descriptionCharactersMax),
    });
    if (this.found.length >= violationsMax) this.throwIfAny();
  }

  /** @throws ConnectError INVALID_ARGUMENT with every violation, if there is one. */
  throwIfAny(): void {
    const [first, ...others] = this.found;
    if (first !== undefined) throw invalidFields([first, ...others]);
  }
}

/** The error of a request in which values do not fit. */
export function invalidFields(found: readonly [FieldViolation, ...FieldViolation[]]): ConnectError {
  const [first, ...others] = found.map(({ field, description }) => ({
    field: field || wholeBody,
    description,
  })) as [FieldViolation, ...FieldViolation[]];
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const message = `${first.field}: ${first.description}${more}`;
  return requestError("INVALID_FIELDS", message, { fieldViolations: [first, ...others] });
}
