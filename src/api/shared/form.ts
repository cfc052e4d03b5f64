import { Amount } from "../../domain/amount.ts";
import { type Currency, isCurrencyCode, unknownCurrency } from "../../domain/currency.ts";
import type { Metadata } from "../../domain/operation.ts";
import { type FieldViolation, type Refusal, Refused } from "../../domain/refusal.ts";
import { charactersIn, invisibleIn, isEmail, normalForm } from "../../domain/text.ts";
import { isUuid } from "../../domain/uuid.ts";
import { violationsMax } from "./error-details.ts";
import { notCurrencyCode, notUsable } from "./refused-field.ts";

export const notUuid = "is not a UUID such as 018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
/**
 * In binary, each level of metadata is three nested messages: an entry, a value and a struct. Readers of protobuf accept 100 nested
 * messages, and could not read a page that holds one transfer with more.
 */
const metadataMax = { bytesMax: 16_384, levelsMax: 30 };
/** Occurs in every JSON text whose value may be unstorable: an escape, or the null that JSON makes of a number such as NaN. */
const suspiciousJson = /\\u|null/;

/**
 * Narrows the fields of one request. All fields are checked before the request is refused, so one answer tells everything that is
 * wrong. A field that does not fit yields a placeholder; `done` throws before anybody uses it.
 */
export class Form {
  private readonly violations: FieldViolation[] = [];

  /** @param prefix the path of the fields in the request: empty, or such as `requests[3].` */
  constructor(private readonly prefix = "") {}

  /** Notes that a field does not fit. */
  refuse(field: string, description: string): void {
    if (this.violations.length < violationsMax)
      this.violations.push({ field: `${this.prefix}${field}`, description });
  }

  /** Notes a problem with a field, if there is one. */
  check(field: string, problem: string | undefined): void {
    if (problem !== undefined) this.refuse(field, problem);
  }

  /** @throws Refused with INVALID_FIELDS, where a field does not fit */
  done(): void {
    const refusal = this.refusal();
    if (refusal !== undefined) throw new Refused(refusal);
  }

  /** The refusal with INVALID_FIELDS; undefined where every field fits. */
  refusal(): Refusal | undefined {
    return this.violations.length > 0 ? { reason: "INVALID_FIELDS", violations: this.violations } : undefined;
  }

  text(field: string, value: string, limits: { charactersMax: number; required?: boolean }): string {
    if (limits.required === true && value === "") this.refuse(field, "is required");
    const { charactersMax } = limits;
    // `length` is never less than the number of characters, and most texts are short.
    const characters = value.length > charactersMax ? charactersIn(value) : 0;
    if (characters > charactersMax)
      this.refuse(field, `has ${characters} characters; at most ${charactersMax} fit`);
    if (!isStorable(value)) this.refuse(field, notStorable);
    return value;
  }

  /** Text that identifies something, in its normal form. The normal form is measured, because that is kept and shown. */
  normalText(field: string, value: string, limits: { charactersMax: number; required?: boolean }): string {
    const unseen = isStorable(value) ? invisibleIn(value) : undefined;
    if (unseen !== undefined) this.refuse(field, `holds ${unseen}, which nobody can see; leave it out`);
    if (value.startsWith(" ") || value.endsWith(" "))
      this.refuse(field, "begins or ends with a space, which nobody can see; leave it out");
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
    if (value !== "" && !isEmail(value)) this.refuse(field, "is not an email address");
    return text;
  }

  /** The code of a currency. Whether it may be used is decided with the operation, after its key is looked up. */
  currencyCode(field: string, value: string): string {
    if (value === "") this.refuse(field, "is required");
    else if (!isCurrencyCode(value)) this.refuse(field, notCurrencyCode(value));
    return value;
  }

  /**
   * A currency that balances can be kept in.
   *
   * @param found what was found under the code
   * @param usable the codes that may be used instead; undefined where any may
   */
  currency(
    field: string,
    value: string,
    found: Currency | undefined,
    usable?: readonly string[] | undefined,
  ): Currency {
    if (value === "") this.refuse(field, "is required");
    else if (found === undefined)
      this.refuse(field, usable && isCurrencyCode(value) ? notUsable(usable) : notCurrencyCode(value));
    return found ?? unknownCurrency(value);
  }

  /** An amount above zero. */
  positiveAmount(field: string, value: string, currency?: Currency): Amount {
    const amount = this.amount(field, value, currency);
    if (amount !== undefined && !amount.isPositive()) this.refuse(field, "must be above 0");
    return amount ?? Amount.zero;
  }

  /** An amount that is a limit: 0 or more; 0 where none is given. */
  limit(field: string, value: string, currency: Pick<Currency, "code" | "places">): Amount {
    const amount = value === "" ? Amount.zero : this.amount(field, value, currency);
    if (amount?.isNegative() === true) this.refuse(field, "must be 0 or more");
    return amount ?? Amount.zero;
  }

  /**
   * An amount of either sign; undefined, and refused, where the text is none. It must fit the places of the currency, if that is
   * given. The currency of an operation is not: its places are checked when the operation is decided, after its key is looked up.
   */
  amount(field: string, value: string, currency?: Pick<Currency, "code" | "places">): Amount | undefined {
    const amount = Amount.parse(value);
    if (value === "") this.refuse(field, "is required");
    else if (amount === "not-a-decimal")
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

  /** Metadata as it will be read back from JSON: -0 becomes 0. */
  metadata(field: string, value: Metadata | undefined, { bytesMax, levelsMax } = metadataMax): Metadata {
    if (value === undefined) return {};
    if (levelsIn(value) > levelsMax) this.refuse(field, `nests deeper than ${levelsMax} levels`);
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    if (bytes > bytesMax) this.refuse(field, `has ${bytes} bytes as JSON; at most ${bytesMax} fit`);
    if (suspiciousJson.test(text)) this.refuseUnstorable(field, value);
    return JSON.parse(text) as Metadata;
  }

  private refuseUnstorable(field: string, value: Metadata): void {
    let isText = true;
    let isNumeric = true;
    JSON.stringify(value, (key, inner: unknown) => {
      if (!isStorable(key) || (typeof inner === "string" && !isStorable(inner))) isText = false;
      // A Struct in binary can hold what JSON cannot.
      if (typeof inner === "number" && !Number.isFinite(inner)) isNumeric = false;
      return inner;
    });
    if (!isText) this.refuse(field, notStorable);
    if (!isNumeric) this.refuse(field, "holds a number that is infinite or no number");
  }

  /** The number of rows of a page. */
  pageSize(field: string, value: number, limits: { rowsDefault: number; rowsMax: number }): number {
    if (value < 0 || value > limits.rowsMax) this.refuse(field, `must be 0 to ${limits.rowsMax}`);
    return value === 0 ? limits.rowsDefault : value;
  }
}

/** How deep objects and lists are nested. */
function levelsIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsIn));
}

const notStorable = "holds a NUL or half a surrogate pair; only Unicode text fits";

/** NUL is no text to Postgres, and half a surrogate pair is none to UTF-8. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
