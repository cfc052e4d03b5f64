import Big from "big.js";
import { bigOf } from "./big-of.ts";

/** Places after the point that an amount can have: google.type.Money's nanos. */
export const amountPlacesMax = 9;
/** Digits before the point that an amount can have. */
export const amountDigitsMax = 19;
/** Digits before the point that a running total can have: room for ten thousand million of the largest amounts. */
export const totalDigitsMax = 29;

/** Why a text is not an amount. */
export type AmountProblem = "not-a-decimal" | "too-many-places" | "too-many-digits";

/** Zero as the database writes it. Most figures of an account are zero. */
const zeroText = "0.000000000";

const decimalForm = /^-?\d+(?:\.\d+)?$/;
const signAndLeadingZeros = /^-?0*(?=\d)/;

/**
 * An exact decimal with up to 9 digits after the point, and 19 before it where a caller gave it. Nothing is ever rounded
 * on the way in; sums may have more digits, which `fitsDigits` tells before they are booked.
 */
export class Amount {
  static readonly zero = new Amount(new Big(0));

  #text: string | undefined;

  private constructor(private readonly value: Big) {}

  /** Reads plain decimal text: digits, an optional minus sign and point; no exponent, no plus sign, no blanks. */
  static parse(text: string): Amount | AmountProblem {
    return problemOf(text, amountDigitsMax) ?? new Amount(bigOf(text));
  }

  /** Reads text that is known to be an amount or a sum of amounts, such as a column of the database. */
  static of(text: string): Amount {
    if (text === zeroText) return Amount.zero;
    const problem = problemOf(text, Number.POSITIVE_INFINITY);
    if (problem !== undefined) throw new Error(`not an amount (${problem}): ${text}`);
    return new Amount(bigOf(text));
  }

  /** The largest with so many digits before the point. */
  static largest(digits: number): Amount {
    return Amount.of(`${"9".repeat(digits)}.${"9".repeat(amountPlacesMax)}`);
  }

  static fromInteger(integer: bigint): Amount {
    return Amount.of(integer.toString());
  }

  plus(other: Amount): Amount {
    return other.isZero() ? this : new Amount(this.value.plus(other.value));
  }

  minus(other: Amount): Amount {
    return other.isZero() ? this : new Amount(this.value.minus(other.value));
  }

  negated(): Amount {
    return new Amount(this.value.neg());
  }

  isLessThan(other: Amount): boolean {
    return comparison(this.value, other.value) < 0;
  }

  equals(other: Amount): boolean {
    return comparison(this.value, other.value) === 0;
  }

  isPositive(): boolean {
    return this.value.s > 0 && !this.isZero();
  }

  isNegative(): boolean {
    return this.value.s < 0 && !this.isZero();
  }

  /** Big's digits begin with a zero in zero alone. */
  private isZero(): boolean {
    return this.value.c[0] === 0;
  }

  /** Whether it has no more than so many digits before the point. Big's `e` is the exponent of the first of them. */
  fitsDigits(digits: number): boolean {
    return this.value.e < digits;
  }

  /** Whether it needs no more than so many places after the point. Big keeps no zeros behind its last digit. */
  fitsPlaces(places: number): boolean {
    return this.value.c.length - 1 - this.value.e <= places;
  }

  /** How many whole units of 10^-places there are in it; what is smaller than one is rounded down, towards minus infinity. */
  floorToUnits(places: number): bigint {
    const scaled = places === 0 ? this.value : this.value.times(new Big(10).pow(places));
    const truncated = scaled.round(0, Big.roundDown);
    const floored = truncated.gt(scaled) ? truncated.minus(1) : truncated;
    return BigInt(floored.toFixed(0));
  }

  /** So many units of 10^-places; the reverse of `floorToUnits`. */
  static fromUnits(units: bigint, places: number): Amount {
    return new Amount(new Big(units.toString()).div(new Big(10).pow(places)));
  }

  /** Plain decimal text with no exponent and no trailing zeros: `12.5`, `-0.000000001`, `0`. */
  toString(): string {
    // A running total is written to several rows and into the receipt.
    this.#text ??= this.isZero() ? "0" : this.value.toFixed();
    return this.#text;
  }
}

/** Negative, zero or positive, like a comparator of sort. Big's own comparison copies both numbers. */
function comparison(one: Big, other: Big): number {
  if (one.s !== other.s || one.c[0] === 0 || other.c[0] === 0) return one.cmp(other);
  if (one.e !== other.e) return one.s * (one.e - other.e);
  const length = Math.max(one.c.length, other.c.length);
  for (let place = 0; place < length; place += 1) {
    const difference = (one.c[place] ?? 0) - (other.c[place] ?? 0);
    if (difference !== 0) return one.s * difference;
  }
  return 0;
}

function problemOf(text: string, digitsMax: number): AmountProblem | undefined {
  if (!decimalForm.test(text)) return "not-a-decimal";
  const point = text.indexOf(".");
  const end = point === -1 ? text.length : point;
  if (point !== -1 && text.length - point - 1 > amountPlacesMax) return "too-many-places";
  const isLong = end > digitsMax && digitsIn(text.slice(0, end)) > digitsMax;
  return isLong ? "too-many-digits" : undefined;
}

function digitsIn(integer: string): number {
  return integer.replace(signAndLeadingZeros, "").length;
}
