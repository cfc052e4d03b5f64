/** A number as JSON's grammar takes it apart. */
interface NumberParts {
  readonly sign: "" | "-";
  readonly whole: string;
  readonly fraction: string;
  readonly exponent: number;
}

const number = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** More than any number has that is kept digit by digit. */
const charactersMax = 64;

/** Whether text is a number by JSON's grammar. */
export function isJsonNumber(source: string): boolean {
  return number.test(source);
}

/** Undefined for what is no JSON number, or longer than any that is kept digit by digit. */
export function numberParts(source: string): NumberParts | undefined {
  const match = source.length > charactersMax ? null : number.exec(source);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  return { sign: sign === "-" ? "-" : "", whole, fraction, exponent: Number(exponent) };
}
