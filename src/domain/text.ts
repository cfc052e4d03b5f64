const ascii = /^[\0-\x7f]*$/;

/** Text in the one form by which it is kept and compared: what looks alike is alike (Unicode's NFC). */
export function normalForm(text: string): string {
  return ascii.test(text) ? text : text.normalize("NFC");
}

/**
 * The form by which an email is found, without regard to case. It is made here alone and kept beside the email, because a
 * database lowers letters otherwise, and by its locale.
 */
export function emailKey(email: string): string {
  // Lower case may take a letter apart, such as İ.
  return normalForm(normalForm(email).toLowerCase());
}
