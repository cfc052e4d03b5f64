import { isUuid } from "./uuid.ts";

const nameForm = /^[A-Za-z][A-Za-z0-9_-]{1,63}$/;

/** Whether a text can be the name of an organization, which must not be taken for an id. */
export function isOrganizationName(text: string): boolean {
  return nameForm.test(text) && !isUuid(text);
}
