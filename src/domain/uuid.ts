const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID of any version in its usual form. */
export function isUuid(text: string): boolean {
  return uuidForm.test(text);
}

/** The version of a UUID, a hexadecimal digit in lower case. */
export function versionOf(uuid: string): string {
  return uuid.charAt(14).toLowerCase();
}
