import { Amount } from "../../domain/amount.ts";
import { type Currency, isCurrencyCode } from "../../domain/currency.ts";
import type { Metadata } from "../../domain/operation.ts";
import { type FieldViolation, type Refusal, Refused } from "../../domain/refusal.ts";
import { normalForm } from "../../domain/text.ts";
import { isUuid } from "../../domain/uuid.ts";
import { violationsMax } from "./error-details.ts";
import { notCurrency } from "./refused-field.ts";

export const notUuid = "is not a UUID such as 018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const metadataBytesMax = 16_384;
// NUL is no text to Postgres, and half a surrogate pair is none to UTF-8.
const unstorable = /[\0\p{Surrogate}]/u;

/**
 * Narrows the fields of one request. Every field is looked at before the request is refused, so the caller learns all
 * that is wrong in one answer. A field that does not fit yields a placeholder; `done` throws before anyone uses it.
 */
export class Form {
  private readonly violations: FieldViolation[] = [];

  /** Notes that a field does not fit. */
  refuse(field: string, description: string): void {
    if (this.violations.length < violationsMax) this.violations.push({ field, description });
  }

  /** Throws INVALID_FIELDS if any field did not fit. */
  done(): void {
    const refusal = this.refusal();
    if (refusal !== undefined) throw new Refused(refusal);
  }

  /** The same as a value; undefined where every field fits. */
  refusal(): Refusal | undefined {
    return this.violations.length > 0 ? { reason: "INVALID_FIELDS", violations: this.violations } : undefined;
  }

  text(field: string, value: string, limits: { charactersMax: number; required?: boolean }): string {
    if (limits.required === true && value === "") this.refuse(field, "is required");
    if (value.length > limits.charactersMax) {
      this.refuse(field, `has ${value.length} characters; at most ${limits.charactersMax} fit`);
    }
    if (unstorable.test(value))
      this.refuse(field, "holds a NUL or half a surrogate pair; only Unicode text fits");
    return value;
  }

  /** Text in its normal form. It is that which is measured, so that what is kept and shown fits again. */
  normalText(field: string, value: string, limits: { charactersMax: number; required?: boolean }): string {
    return this.text(field, normalForm(value), limits);
  }

  /** An idempotency key, in its normal form; null where none is given. */
  key(field: string, value: string): string | null {
    return this.normalText(field, value, { charactersMax: 255 }) || null;
  }

  /** A UUID, in lower case. */
  uuid(field: string, value: string): string {
    if (value === "") this.refuse(field, "is required");
    else if (!isUuid(value)) this.refuse(field, notUuid);
    return value.toLowerCase();
  }

  /** An email address, in its normal form. */
  email(field: string, value: string): string {
    const text = this.normalText(field, value, { charactersMax: 254 });
    if (value !== "" && !/^[^\s@]+@[^\s@]+$/.test(value)) this.refuse(field, "is not an email address");
    return text;
  }

  /** The code of a currency. Whether it may be used is decided with the operation, after its key. */
  currencyCode(field: string, value: string): string {
    if (!isCurrencyCode(value)) this.refuse(field, notCurrency);
    return value;
  }

  /** A currency that balances can be kept in: `found` is what was found under the code. */
  currency(field: string, value: string, found: Currency | undefined): Currency {
    if (found === undefined) {
      this.refuse(field, notCurrency);
    }
    return found ?? { code: value, places: 0, minorPlaces: 0 };
  }

  /** An amount above zero. */
  positiveAmount(field: string, value: string, currency?: Currency): Amount {
    const amount = this.amount(field, value, currency);
    if (amount !== undefined && !amount.isPositive()) this.refuse(field, "must be above 0");
    return amount ?? Amount.zero;
  }

  /**
   * An amount of either sign; undefined, and refused, where it is none. Where a currency is given it must fit its places;
   * those of an operation are looked at with it, after its key.
   */
  amount(field: string, value: string, currency?: Currency): Amount | undefined {
    const amount = Amount.parse(value);
    if (amount === "not-a-decimal")
      this.refuse(field, "is not a decimal number in plain digits, such as 12.5");
    else if (amount === "too-many-places") {
      this.refuse(field, "has more than 9 places after the point; nothing is rounded");
    } else if (amount === "too-many-digits") this.refuse(field, "has more than 19 digits before the point");
    else if (currency !== undefined && !amount.fitsPlaces(currency.places)) {
      this.refuse(
        field,
        `has more places after the point than the ${currency.places} of ${currency.code}; nothing is rounded`,
      );
    } else return amount;
    return undefined;
  }

  /** JSON, as it will come back: -0 is 0. */
  metadata(field: string, value: Metadata | undefined): Metadata {
    let isStorable = true;
    let isNumeric = true;
    const text = JSON.stringify(value ?? {}, (key, inner: unknown) => {
      if (unstorable.test(key) || (typeof inner === "string" && unstorable.test(inner))) isStorable = false;
      // A Struct in binary can hold what JSON cannot.
      if (typeof inner === "number" && !Number.isFinite(inner)) isNumeric = false;
      return inner;
    });
    const bytes = Buffer.byteLength(text);
    if (bytes > metadataBytesMax)
      this.refuse(field, `has ${bytes} bytes as JSON; at most ${metadataBytesMax} fit`);
    if (!isStorable) this.refuse(field, "holds a NUL or half a surrogate pair; only Unicode text fits");
    if (!isNumeric) this.refuse(field, "holds a number that is infinite or no number");
    return text === "{}" ? {} : (JSON.parse(text) as Metadata);
  }

  /** How many rows a page has. */
  pageSize(field: string, value: number, limits: { rowsDefault: number; rowsMax: number }): number {
    if (value < 0 || value > limits.rowsMax) this.refuse(field, `must be 0 to ${limits.rowsMax}`);
    return value === 0 ? limits.rowsDefault : value;
  }
}
