import Big from "big.js";

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** More than any number has that is kept digit by digit. */
const charactersMax = 64;

/** Whether text is a number by JSON's grammar. */
export function isJsonNumber(source: string): boolean {
  return number.test(source);
}

/** The number that JSON writes, exactly. Undefined for what is no JSON number, or longer than any that is kept digit by digit. */
export function exactNumber(source: string): Big | undefined {
  return source.length <= charactersMax && isJsonNumber(source) ? new Big(source) : undefined;
}
