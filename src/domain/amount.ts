/** Places after the point that an amount can have: google.type.Money's nanos. */
export const amountPlacesMax = 9;
/** Digits before the point that an amount can have. */
export const amountDigitsMax = 19;
/** Digits before the point that a running total can have: room for ten thousand million of the largest amounts. */
export const totalDigitsMax = 29;

/** Why a text is not an amount. */
export type AmountProblem = "not-a-decimal" | "too-many-places" | "too-many-digits";

const zeros = "0".repeat(amountPlacesMax);
/** Zero as the database writes it. Most figures of an account are zero. */
const zeroText = `0.${zeros}`;

const decimalForm = /^-?\d+(?:\.\d+)?$/;
const signAndLeadingZeros = /^-?0*(?=\d)/;
const zero = "0".charCodeAt(0);

/**
 * An exact decimal with up to 9 digits after the point, and 19 before it where a caller gave it. Nothing is ever rounded
 * on the way in; sums may have more digits, which `fitsDigits` tells before they are booked.
 *
 * It is kept as a whole number of nanos. Of the garbage that a charge makes, big.js made a quarter.
 */
export class Amount {
  static readonly zero = new Amount(0n);

  #text: string | undefined;

  private constructor(private readonly nanos: bigint) {}

  /** Reads plain decimal text: digits, an optional minus sign and point; no exponent, no plus sign, no blanks. */
  static parse(text: string): Amount | AmountProblem {
    return problemOf(text, amountDigitsMax) ?? new Amount(nanosOf(text));
  }

  /** Reads text that is known to be an amount or a sum of amounts, such as a column of the database. */
  static of(text: string): Amount {
    if (text === zeroText) return Amount.zero;
    const problem = problemOf(text, Number.POSITIVE_INFINITY);
    if (problem !== undefined) throw new Error(`not an amount (${problem}): ${text}`);
    return new Amount(nanosOf(text));
  }

  /** The largest with so many digits before the point. */
  static largest(digits: number): Amount {
    return new Amount(powerOfTen(digits + amountPlacesMax) - 1n);
  }

  static fromInteger(integer: bigint): Amount {
    return new Amount(integer * nanosOfOne);
  }

  plus(other: Amount): Amount {
    return other.nanos === 0n ? this : new Amount(this.nanos + other.nanos);
  }

  minus(other: Amount): Amount {
    return other.nanos === 0n ? this : new Amount(this.nanos - other.nanos);
  }

  negated(): Amount {
    return new Amount(-this.nanos);
  }

  isLessThan(other: Amount): boolean {
    return this.nanos < other.nanos;
  }

  equals(other: Amount): boolean {
    return this.nanos === other.nanos;
  }

  isPositive(): boolean {
    return this.nanos > 0n;
  }

  isNegative(): boolean {
    return this.nanos < 0n;
  }

  /** Whether it has no more than so many digits before the point. */
  fitsDigits(digits: number): boolean {
    const limit = powerOfTen(digits + amountPlacesMax);
    return this.nanos < 0n ? -this.nanos < limit : this.nanos < limit;
  }

  /** Whether it needs no more than so many places after the point. */
  fitsPlaces(places: number): boolean {
    return this.nanos % unitOf(places) === 0n;
  }

  /** How many whole units of 10^-places there are in it; what is smaller than one is rounded down, towards minus infinity. */
  floorToUnits(places: number): bigint {
    const unit = unitOf(places);
    const rest = this.nanos % unit;
    return this.nanos / unit - (rest < 0n ? 1n : 0n);
  }

  /** So many units of 10^-places; the reverse of `floorToUnits`. */
  static fromUnits(units: bigint, places: number): Amount {
    return new Amount(units * unitOf(places));
  }

  /** Plain decimal text with no exponent and no trailing zeros: `12.5`, `-0.000000001`, `0`. */
  toString(): string {
    // A running total is written to several rows and into the receipt.
    this.#text ??= textOf(this.nanos);
    return this.#text;
  }

  /** Its text, wherever it becomes JSON: a bigint becomes none. */
  toJSON(): string {
    return this.toString();
  }
}

const powersOfTen = Array.from(
  { length: totalDigitsMax + amountPlacesMax + 1 },
  (_, power) => 10n ** BigInt(power),
);
const nanosOfOne = powerOfTen(amountPlacesMax);

function powerOfTen(power: number): bigint {
  const known = powersOfTen[power];
  // A power of whatever size would take as long as it likes.
  if (known === undefined) throw new RangeError(`no amount has 10^${power} nanos`);
  return known;
}

/** 10^-places in nanos. */
function unitOf(places: number): bigint {
  return powerOfTen(amountPlacesMax - places);
}

function nanosOf(text: string): bigint {
  const pointAt = text.indexOf(".");
  if (pointAt === -1) return BigInt(text) * nanosOfOne;
  const [whole, fraction] = [text.slice(0, pointAt), text.slice(pointAt + 1)];
  // As the database writes most of them. The fewer digits, the sooner they are read.
  if (fraction === zeros) return BigInt(whole) * nanosOfOne;
  return BigInt(whole + fraction) * powerOfTen(amountPlacesMax - fraction.length);
}

function textOf(nanos: bigint): string {
  if (nanos < 0n) return `-${textOf(-nanos)}`;
  const digits = nanos.toString().padStart(amountPlacesMax + 1, "0");
  const whole = digits.length - amountPlacesMax;
  let end = digits.length;
  while (end > whole && digits.charCodeAt(end - 1) === zero) end -= 1;
  return end === whole ? digits.slice(0, whole) : `${digits.slice(0, whole)}.${digits.slice(whole, end)}`;
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
