const number = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** A double keeps whatever has 15 digits, save far from 1. */
const short = /^-?[\d.]{1,15}$/;
/** Longer than any double that is written out: 2 ** -1074 has 767 digits that count, behind 323 zeros. */
const charactersMax = 1_100;

/** What is said of a number that a double would make another of. */
export const notDouble = "which a double cannot hold; send it as text";

/**
 * Whether a double keeps the number that JSON writes: whoever reads it is told the same one, which JSON writes with the
 * fewest digits that make that double. So 0.1 and 1e23 are kept, though neither is exact; of 0.10000000000000001 another
 * would be made, and of 1e400 nothing. An integer in plain digits is kept exactly or not at all, for others read it as one:
 * 90071992547409940 would be another to them.
 */
export function isDouble(source: string): boolean {
  if (short.test(source)) return true;
  if (source.length > charactersMax) return false;
  const value = Number(source);
  if (!Number.isFinite(value)) return false;
  const written = digitsOf(source);
  if (digitsOf(String(value)) !== written) return false;
  return !Number.isInteger(value) || /e/i.test(source) || digitsOf(String(BigInt(value))) === written;
}

/** The same text for the same number, but for its sign: the digits that count, and the exponent of the last. */
function digitsOf(source: string): string {
  const [, whole = "", fraction = "", exponent = "0"] = number.exec(source) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
