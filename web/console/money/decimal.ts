/** Exact decimals, as the interface has them: up to nine places after the point. Never a float. */

const places = 9;
const unit = 10n ** BigInt(places);
const form = /^(-?)(\d+)(?:\.(\d{1,9}))?$/;

/** How many units of 10^-9 there are in it; undefined where it is no decimal. */
export function unitsOf(text: string): bigint | undefined {
  const [whole, sign, integer = "", fraction = ""] = form.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const units = BigInt(integer) * unit + BigInt(fraction.padEnd(places, "0"));
  return sign === "-" ? -units : units;
}

export function textOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  const integer = digits.slice(0, -places);
  return `${units < 0n ? "-" : ""}${integer}${fraction && `.${fraction}`}`;
}

/** The sum of those that are decimals: one that the answer left out counts for nothing. */
export function sum(...texts: readonly string[]): string {
  return textOf(texts.reduce((all, text) => all + (unitsOf(text) ?? 0n), 0n));
}

export function difference(from: string, taken: string): string {
  return sum(from, negated(taken));
}

export function negated(text: string): string {
  const units = unitsOf(text);
  return units === undefined ? text : textOf(-units);
}

export function isNegative(text: string): boolean {
  return (unitsOf(text) ?? 0n) < 0n;
}

export function isZero(text: string): boolean {
  return (unitsOf(text) ?? 0n) === 0n;
}

/** Below, at or above zero, as one is less than the other, equal or more. */
export function compared(one: string, other: string): number {
  const [a, b] = [unitsOf(one) ?? 0n, unitsOf(other) ?? 0n];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** For pixels alone: what is shown of an amount is its text. */
export function pixelValue(text: string): number {
  return Number(unitsOf(text) ?? 0n) / Number(unit);
}
