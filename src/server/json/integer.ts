const number = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const sourceCharactersMax = 64;
/** The digits of 2^64. */
const digitsMax = 20;

/** Whether text is a number by JSON's grammar. */
export function isJsonNumber(source: string): boolean {
  return number.test(source);
}

/**
 * The integer that a JSON number writes, in plain digits and without rounding: `1.20e2` is `120`.
 *
 * @returns undefined for what is no JSON number, has a fraction, or has more digits than any integer field.
 */
export function integerText(source: string): string | undefined {
  if (source.length > sourceCharactersMax) return undefined;
  const match = number.exec(source);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const trimmed = digits.replace(/0+$/, "");
  if (trimmed === "") return "0";
  const zeros = Number(exponent) - fraction.length + digits.length - trimmed.length;
  const significant = trimmed.replace(/^0+/, "");
  if (zeros < 0 || significant.length + zeros > digitsMax) return undefined;
  return sign + significant + "0".repeat(zeros);
}
