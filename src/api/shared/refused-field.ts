import { currencyOf, isCurrencyCode } from "../../domain/currency.ts";
import type { FieldViolation, Refusal } from "../../domain/refusal.ts";

/** Why a code is no currency of an organization. */
const notCurrency =
  "is not a currency that may be used here: give VC, an ISO 4217 code such as USD, or one of the organization's own";

/** Why a text is no code of a currency, or one that nobody knows. */
export function notCurrencyCode(text: string): string {
  if (isCurrencyCode(text)) return notCurrency;
  const code = text.toUpperCase();
  const meant = currencyOf(code) === undefined ? "" : `; did you mean ${code}?`;
  return `is not the code of a currency, which has 2 to 10 upper-case letters and digits, such as VC for credits, or USD${meant}`;
}

/** Why it cannot be said of a currency that it is no credits. */
export function notMoney(code: string): string {
  return `must be true of ${code}, which is no ISO 4217 code`;
}

/** Why a currency may not be used by an organization that has configured others. */
export function notUsable(usable: readonly string[]): string {
  const instead =
    usable.length === 0 ? "it has made all of its own inactive" : `it uses ${usable.join(", ")}`;
  return `is not a currency that the organization uses; ${instead}`;
}

/** What is wrong with a field, of an operation that was decided; undefined where it is with something else. */
export function refusedField(refusal: Refusal): FieldViolation | undefined {
  switch (refusal.reason) {
    case "CURRENCY_NOT_USABLE":
      return {
        field: "currency",
        description: refusal.usable === null ? notCurrency : notUsable(refusal.usable),
      };
    case "TOO_MANY_PLACES": {
      const { places, currency } = refusal;
      const description = `has more places after the point than the ${places} of ${currency}; nothing is rounded`;
      return { field: "amount", description };
    }
    case "TOP_UP_TOO_SMALL": {
      const { least, currency } = refusal;
      return { field: "amount", description: `must be ${least} or more, the minimum top-up in ${currency}` };
    }
    case "SAME_CUSTOMER":
      return { field: "to_customer", description: "is the customer that pays" };
    default:
      return undefined;
  }
}
