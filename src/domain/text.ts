const ascii = /^[\0-\x7f]*$/;

/**
 * Names have fewer characters than this, in any form: those of the longest, 255, are no more than four times as many where
 * they are taken apart. The time to bring marks into order grows with the square of how many there are: that of 100,000 is ten seconds.
 */
const nameLengthMax = 1_024;

/** A name in the one form by which it is kept and compared: what looks alike is alike (Unicode's NFC). Longer text is no name. */
export function normalForm(text: string): string {
  return ascii.test(text) || text.length > nameLengthMax ? text : text.normalize("NFC");
}

/** How many characters a text has: code points, as Unicode and PostgreSQL count them, of which JavaScript's length is more. */
export function charactersIn(text: string): number {
  let pairs = 0;
  // A list of all that a regular expression finds would be a hundred times as large as the text.
  for (let index = 1; index < text.length; index += 1) {
    if (!isBetween(text.charCodeAt(index), 0xdc00, 0xdfff)) continue;
    if (isBetween(text.charCodeAt(index - 1), 0xd800, 0xdbff)) pairs += 1;
  }
  return text.length - pairs;
}

function isBetween(unit: number, least: number, most: number): boolean {
  return unit >= least && unit <= most;
}

/** Whether a text is a step in a path, which clients take before they send it (RFC 3986, section 5.2.4), and so no name. */
export function isPathStep(text: string): boolean {
  return text === "." || text === "..";
}

/** The last two: a blank that is no space, and one of Braille. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|\u2800/u;

/**
 * The first character that nobody sees, or tells from a space, such as a zero-width space or a mark of direction: two texts
 * that differ by one look alike in every form. Undefined where there is none.
 */
export function invisibleIn(text: string): string | undefined {
  const [found] = invisible.exec(text) ?? [];
  return found && `U+${found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Every email has an @, and no name of an app group has one, so neither is ever taken for the other. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/**
 * The form by which an email is found, without regard to case. It is made here alone and kept beside the email, because a
 * database lowers letters otherwise, and by its locale.
 */
export function emailKey(email: string): string {
  // Lower case may take a letter apart, such as İ.
  return normalForm(normalForm(email).toLowerCase());
}
