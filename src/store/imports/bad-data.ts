import { driverError } from "../driver/errors.ts";

/** What the database says against the data of a statement, such as a total that is too large; undefined for other errors. */
export function complaintAboutData(error: unknown): string | undefined {
  const cause = driverError(error);
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  // SQLSTATE classes 22, data exception, and 23, integrity constraint violation.
  return /^2[23]...$/.test(String(cause.code)) ? cause.message : undefined;
}
