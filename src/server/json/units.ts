// The UTF-16 units that mean something in JSON text (RFC 8259).

export const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;
export const quote = 0x22;
export const plus = 0x2b;
export const comma = 0x2c;
export const minus = 0x2d;
export const point = 0x2e;
const slash = 0x2f;
export const zero = 0x30;
const nine = 0x39;
export const colon = 0x3a;
const upperA = 0x41;
export const upperE = 0x45;
const upperF = 0x46;
export const openBracket = 0x5b;
export const backslash = 0x5c;
export const closeBracket = 0x5d;
const lowerA = 0x61;
const lowerB = 0x62;
export const lowerE = 0x65;
const lowerF = 0x66;
const lowerN = 0x6e;
const lowerR = 0x72;
const lowerT = 0x74;
export const lowerU = 0x75;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

export function isDigit(unit: number): boolean {
  return unit >= zero && unit <= nine;
}

export function isHexDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= lowerA && unit <= lowerF) || (unit >= upperA && unit <= upperF);
}

/** Whether a backslash before it makes an escape of two characters. */
export function isEscapable(unit: number): boolean {
  switch (unit) {
    case quote:
    case backslash:
    case slash:
    case lowerB:
    case lowerF:
    case lowerN:
    case lowerR:
    case lowerT:
      return true;
    default:
      return false;
  }
}
