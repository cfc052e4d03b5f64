import type { Cursor } from "../../store/tenants/organizations.ts";
import type { Form } from "./form.ts";

/**
 * One page of rows that were asked for with one more than fits, and the token of the next: empty on the last page.
 */
export function pageOf<T>(
  rows: readonly T[],
  rowsMax: number,
  tokenOf: (last: T) => string,
): { page: readonly T[]; nextPageToken: string } {
  const page = rows.slice(0, rowsMax);
  const last = rows.length > rowsMax ? page.at(-1) : undefined;
  return { page, nextPageToken: last === undefined ? "" : tokenOf(last) };
}

/** A page token that goes on after a row. Opaque to callers. */
export function tokenOfCursor(cursor: Cursor): string {
  return encode(`${cursor.at.getTime()} ${cursor.id}`);
}

/** The row that a page token goes on after; undefined where there is no token. `isId` tells an id of such rows. */
export function cursorOfToken(
  form: Form,
  field: string,
  token: string,
  isId: (text: string) => boolean = () => true,
): Cursor | undefined {
  if (token === "") return undefined;
  // 14 digits end in the year 5138: no row is younger, and the database reads such a time.
  const [, ms, id] = /^(\d{1,14}) ([!-~]{1,128})$/.exec(decode(token)) ?? [];
  if (ms === undefined || id === undefined || !isId(id)) {
    form.refuse(field, "is not a page token that was answered here");
    return undefined;
  }
  return { at: new Date(Number.parseInt(ms, 10)), id };
}

/** A page token that goes on before an account's version. Opaque to callers. */
export function tokenOfVersion(version: number): string {
  return encode(`v${version}`);
}

/** The version that a page token goes on before; undefined where there is no token. */
export function versionOfToken(form: Form, field: string, token: string): number | undefined {
  if (token === "") return undefined;
  const [, version] = /^v(\d{1,15})$/.exec(decode(token)) ?? [];
  if (version === undefined) form.refuse(field, "is not a page token that was answered here");
  return version === undefined ? undefined : Number.parseInt(version, 10);
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function decode(token: string): string {
  return token.length > 512 ? "" : Buffer.from(token, "base64url").toString("utf8");
}
