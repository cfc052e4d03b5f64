/** The one form of a text in which keys and names are kept and compared (Unicode's NFC). */
export function normalForm(text: string): string {
  return text.normalize("NFC");
}

/** The one form by which emails are found: without regard to case, whatever the locale of the database. */
export function emailKey(email: string): string {
  return normalForm(normalForm(email).toLowerCase());
}
