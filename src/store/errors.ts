/**
 * SQLSTATEs after which the same transaction may succeed when it is tried again. Among them 57014: a request to cancel
 * names a connection and not a query, so it may come late and hit the one after.
 */
const contentionStates = new Set(["40001", "40P01", "55P03", "57014"]);
/** Codes of postgres.js and of Node for a connection that was lost or could not be made. */
const disconnectionCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
]);
/** SQLSTATEs by which the database ends a connection or takes no more of them; and all of class 08. */
const unavailableStates = new Set(["53300", "57P01", "57P02", "57P03"]);

/** SQLSTATEs of a server that takes no writes for now: read-only, disk full, out of memory, I/O error. */
const passingStates = new Set(["25006", "53100", "53200", "58030"]);

/** Keys of operations: violated by the slower of two batches that do the same operation at once. */
const operationKeys = new Set(["transfers_pkey", "holds_pkey", "hold_events_pkey"]);

/** Contention: nothing was written, and trying again may well succeed. */
export function isContention(error: unknown): boolean {
  const isRolledBack = contentionStates.has(codeOf(error)) || error instanceof RolledBack;
  return isRolledBack || operationKeys.has(violatedIndex(error) ?? "");
}

/** Thrown where PostgreSQL answered COMMIT with ROLLBACK. */
export class RolledBack extends Error {
  override readonly name = "RolledBack";
}

/** Thrown in place of a query on a connection that is known to be gone. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  readonly code = "CONNECTION_CLOSED";
}

/** The connection is gone, or was never made. */
export function isDisconnection(error: unknown): boolean {
  return disconnectionCodes.has(codeOf(error));
}

/** The database is out of reach. What was under way may have been committed. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  return isDisconnection(error) || unavailableStates.has(code) || code.startsWith("08");
}

/** The server cannot do it in the state that it is in, which passes. Nothing was written. */
export function isPassing(error: unknown): boolean {
  return passingStates.has(codeOf(error));
}

/** The name of the unique index that an insert ran into; undefined for every other error. */
export function violatedIndex(error: unknown): string | undefined {
  const { code, constraint_name: index } = fieldsOf(driverError(error));
  return code === "23505" && typeof index === "string" ? index : undefined;
}

/** The statement names a table that is not there. */
export function isUndefinedTable(error: unknown): boolean {
  return codeOf(error) === "42P01";
}

function codeOf(error: unknown): string {
  const { code } = fieldsOf(driverError(error));
  return typeof code === "string" ? code : "";
}

/** The driver's own error, which Drizzle wraps. */
export function driverError(error: unknown): unknown {
  const { cause } = fieldsOf(error);
  return typeof cause === "object" && cause !== null ? cause : error;
}

function fieldsOf(error: unknown): { readonly [field: string]: unknown } {
  return typeof error === "object" && error !== null ? (error as { readonly [field: string]: unknown }) : {};
}
