const ascii = /^[\0-\x7f]*$/;

/**
 * Longer texts are no names: the longest name has 255 characters, which are at most four times as many when they are decomposed.
 * The time that normalizing takes grows with the square of the number of combining marks: 100,000 of them take ten seconds.
 */
const nameLengthMax = 1_024;

/** A name in the form in which it is kept and compared, Unicode's NFC. Text that is too long for a name is left as it is. */
export function normalForm(text: string): string {
  return ascii.test(text) || text.length > nameLengthMax ? text : text.normalize("NFC");
}

/** The number of code points of a text, as PostgreSQL counts characters. JavaScript's `length` counts UTF-16 units. */
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

/** Whether a text is a dot segment, which clients remove from a path before they send it (RFC 3986, section 5.2.4). */
export function isPathStep(text: string): boolean {
  return text === "." || text === "..";
}

/** The last two: a blank that is no space, and one of Braille. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|\u2800/u;

/**
 * The first character of a text that is invisible or looks like a space, such as a zero-width space or a direction mark. Two
 * texts that differ by one look alike. Undefined where there is none.
 */
export function invisibleIn(text: string): string | undefined {
  const [found] = invisible.exec(text) ?? [];
  return found && `U+${found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Whether a text is an email address. No name of an app group has an @, so neither is taken for the other. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/**
 * The form in which an email is looked up, whatever its case. It is made only here and stored with the email, because a database
 * lowers letters differently, depending on its locale.
 */
export function emailKey(email: string): string {
  // Lower case may decompose a letter, such as İ.
  return normalForm(normalForm(email).toLowerCase());
}
