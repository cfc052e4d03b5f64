import { isNodeFault, isOfNode, isRemoteLoss } from "./remote-errors.ts";
import type { Bound } from "./statements/statement.ts";

/**
 * SQLSTATEs after which the same transaction may succeed when it is tried again. Among them 57014: a request to cancel
 * names a connection and not a query, so it may come late and hit the one after.
 */
const contentionStates = new Set(["40001", "40P01", "55P03", "57014"]);
/**
 * Codes of postgres.js and of Node for a connection that was lost or could not be made, and SQLSTATEs by which the database
 * ends one or takes no more of them; and all of class 08.
 */
const lossCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);
/** Those of postgres.js and of Node for a connection that was open. */
const brokenCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);
/** Codes of Node for a certificate that is not what was asked for by `sslmode=verify-full`. */
const certificateCodes = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
/** Transactions are read only: after a failover, on what was the primary. */
const readOnlyState = "25006";
/**
 * States of the server that pass, though not by trying again at once: read only, an input or output error; and all of
 * class 53, insufficient resources, such as a full disk or no memory.
 */
const passingStates = new Set([readOnlyState, "58030"]);

/** Keys of operations: violated by the slower of two batches that do the same operation at once. */
const operationKeys = new Set(["operations_pkey", "holds_pkey", "accounts_customer", "accounts_counter"]);

/** Contention: nothing was written, and trying again may well succeed. */
export function isContention(error: unknown): boolean {
  const cause = driverError(error);
  return (
    contentionStates.has(codeOf(error)) ||
    cause instanceof RolledBack ||
    cause instanceof TurnTaken ||
    cause instanceof StatementForgotten ||
    operationKeys.has(violatedIndex(error) ?? "")
  );
}

/** Somebody else kept a lock for longer than is waited for one. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03";
}

/** Two waited for each other, and PostgreSQL ended this one. */
export function isDeadlock(error: unknown): boolean {
  return codeOf(error) === "40P01";
}

/** Thrown where a transaction did not get its turn in time: others have kept it, and none of its own locks is at fault. */
export class TurnTaken extends Error {
  override readonly name = "TurnTaken";
}

/** Thrown where a read has taken all the time that a statement may. */
export class ReadTimedOut extends Error {
  override readonly name = "ReadTimedOut";
}

/** Thrown in place of what is for a node that has yet to answer whether it is there. */
export class NodeDoubted extends Error {
  override readonly name = "NodeDoubted";
}

/** Thrown where PostgreSQL answered COMMIT with ROLLBACK. */
export class RolledBack extends Error {
  override readonly name = "RolledBack";
}

/** Thrown in place of a query on a connection that is known to be gone. */
export class ConnectionLost extends Error {
  override readonly name: string = "ConnectionLost";
  readonly code = "CONNECTION_CLOSED";
}

/** Thrown where a connection was lost when COMMIT was sent and not answered: what the transaction changed may stand. */
export class CommitUnanswered extends ConnectionLost {
  override readonly name: string = "CommitUnanswered";
}

/** Thrown where a connection does not know a statement any more as it was prepared. Its transaction did nothing. */
export class StatementForgotten extends Error {
  override readonly name = "StatementForgotten";
}

/** What was committed is not what was asked for: a statement concerned more or fewer rows than it had to. */
export class WrongCount extends Error {
  override readonly name = "WrongCount";

  constructor({ text, rows }: Bound, count: number) {
    super(`${count} rows and not ${rows}: ${text}`);
  }
}

/** What was done stands, and is not what was asked for. */
export function isWronglyCommitted(error: unknown): boolean {
  return driverError(error) instanceof WrongCount;
}

/** The database is out of reach, or a node of it. */
export function isConnectionLoss(error: unknown): boolean {
  return lossCodes.has(codeOf(error)) || isUntrusted(error) || isNodeLoss(error);
}

/** A connection that was open has failed, and closes. */
export function isBroken(error: unknown): boolean {
  return brokenCodes.has(codeOf(error));
}

/** The database has answered that the connection to a node of it was lost. */
export function isNodeLoss(error: unknown): boolean {
  const [code, fields] = [codeOf(error), fieldsOf(driverError(error))];
  return code.startsWith("08") || isRemoteLoss(fields) || (lossCodes.has(code) && isOfNode(fields));
}

/** No connection was made because the database's certificate is not trusted. */
export function isUntrusted(error: unknown): boolean {
  return certificateCodes.has(codeOf(error));
}

/** What was answered to COMMIT says nothing of what stands. */
export function isUnclearCommit(error: unknown): boolean {
  return isNodeFault(fieldsOf(driverError(error)));
}

/** A read has taken all the time that it may: the same would mostly do so again. */
export function isReadTimeout(error: unknown): boolean {
  return driverError(error) instanceof ReadTimedOut;
}

/** The database has ended a statement, because it was asked to or for the time that it took. */
export function wasCancelled(error: unknown): boolean {
  return codeOf(error) === "57014";
}

/** A statement failed because one before it in its transaction had. */
export function isAborted(error: unknown): boolean {
  return codeOf(error) === "25P02";
}

/** The server is in a state that passes, and did nothing. */
export function isPassing(error: unknown): boolean {
  return passingState(error) !== undefined;
}

/** Which state that is, and PostgreSQL's words for it, in which nothing of a row is. */
export function passingState(error: unknown): { readonly code: string; readonly says: string } | undefined {
  const code = codeOf(error);
  const isOne = passingStates.has(code) || code.startsWith("53");
  return isOne ? { code, says: String(fieldsOf(driverError(error))["message"]) } : undefined;
}

/** The fault is neither the caller's nor ours: the same may succeed later, and what was asked may be asked again. */
export function isTransient(error: unknown): boolean {
  return isContention(error) || isConnectionLoss(error) || isPassing(error) || isReadTimeout(error);
}

/** Changes are refused because transactions are read only. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === readOnlyState;
}

/**
 * The name of the unique index that an insert ran into; undefined for every other error. Where the table is a shard of a
 * distributed one, its index has the shard's number behind the name, and only the message has it, in any language.
 */
export function violatedIndex(error: unknown): string | undefined {
  const { code, constraint_name: name, message } = fieldsOf(driverError(error));
  if (code !== "23505") return undefined;
  return typeof name === "string" ? name.replace(/_\d+$/, "") : /(\w+)_\d+/.exec(String(message))?.[1];
}

/** The statement names a table that is not there. */
export function isUndefinedTable(error: unknown): boolean {
  return codeOf(error) === "42P01";
}

/** The role has no right to what it asked for. */
export function isForbidden(error: unknown): boolean {
  return codeOf(error) === "42501";
}

/** The role has no right to what it asked for, or the product has no such thing: managed servers refuse in either way. */
export function isNotOffered(error: unknown): boolean {
  return ["42501", "42883", "0A000"].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  const { code } = fieldsOf(driverError(error));
  return typeof code === "string" ? code : "";
}

/** The driver's own error, which Drizzle wraps. */
export function driverError(error: unknown): unknown {
  if (error instanceof ConnectionLost || error instanceof ReadTimedOut) return error;
  const { cause } = fieldsOf(error);
  return typeof cause === "object" && cause !== null ? cause : error;
}

function fieldsOf(error: unknown): { readonly [field: string]: unknown } {
  return typeof error === "object" && error !== null ? (error as { readonly [field: string]: unknown }) : {};
}
