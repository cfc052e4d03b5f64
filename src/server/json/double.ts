const number = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** A double keeps whatever has 15 digits, save far from 1. */
const short = /^-?[\d.]{1,15}$/;
/** The most that node prints. */
const digitsMax = 100;
/** Longer than any double that is written out: 2 ** -1074 has 767 digits that count, behind 323 zeros. */
const charactersMax = 1_100;

/** What is said of a number that a double would make another of. */
export const notDouble = "which a double cannot hold; send it as text";

/**
 * Whether a double keeps the number that JSON writes. An integer in plain digits it keeps exactly or not at all: of
 * 9007199254740993 it would make another. Anything else it keeps to as many digits as are written: 0.1 and 1e23, though
 * neither is exact. Of 1e400 it makes nothing.
 */
export function isDouble(source: string): boolean {
  if (short.test(source)) return true;
  if (source.length > charactersMax) return false;
  const value = Number(source);
  if (!Number.isFinite(value)) return false;
  const written = digitsOf(source);
  if (Number.isInteger(value) && !/e/i.test(source)) return digitsOf(String(BigInt(value))) === written;
  const digits = written.indexOf("e");
  if (digits > digitsMax) return false;
  // In the middle between two numbers of so many digits the shortest text may be one of them, and the rounded the other.
  return digitsOf(value.toPrecision(Math.max(1, digits))) === written || digitsOf(String(value)) === written;
}

/** The same text for the same number, but for its sign: the digits that count, and the exponent of the last. */
function digitsOf(source: string): string {
  const [, whole = "", fraction = "", exponent = "0"] = number.exec(source) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
