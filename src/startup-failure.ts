import { WorkerFailure } from "./cli/serve/worker-failure.ts";
import { ConfigError } from "./config/config-error.ts";
import { Refused } from "./domain/refusal.ts";
import { EmbeddedPostgresError } from "./embedded/error.ts";
import { CertificateError } from "./server/tls/fitting.ts";
import { CannotDistribute } from "./store/distribution/requirements.ts";
import { SessionsShared } from "./store/driver/connections/pooling.ts";
import { ConnectionLost, driverError, isForbidden, isTransient, isUntrusted } from "./store/driver/errors.ts";
import { NotMigrated } from "./store/driver/migrate.ts";
import { lostNode } from "./store/driver/nodes/lost-node.ts";
import { NumbersOfAnotherServer } from "./store/restoration/numbers.ts";
import { CannotGrant } from "./store/rights/grant.ts";
import { NeedsOwner } from "./store/rights/owner.ts";

/** Their messages are such lines. */
const expected = [
  ConfigError,
  CertificateError,
  EmbeddedPostgresError,
  WorkerFailure,
  CannotDistribute,
  NumbersOfAnotherServer,
  NeedsOwner,
  CannotGrant,
  SessionsShared,
];

/** Why the service did not start, in one line that says what to do. What nobody foresaw comes with its stack. */
export function startupFailure(error: unknown): string {
  if (expected.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof NotMigrated)
    return "The database lacks what this version needs: run `tallystick migrate`, or start the server.";
  // What was tried again for as long as anything is.
  if (error instanceof Refused && error.refusal.reason === "UNAVAILABLE")
    return "DATABASE_URL: the database, or a node of it, cannot be reached.";
  const cause = driverError(error);
  if (!(cause instanceof Error)) return String(error);
  const code = codeOf(cause);
  const node = lostNode(cause);
  if (node !== undefined) return `DATABASE_URL: a node of the database cannot be reached, ${node} (${code}).`;
  if (cause instanceof ConnectionLost)
    return `DATABASE_URL: the connection was lost, or given up because a node of the database does not answer (${code}).`;
  if (isForbidden(cause))
    return `DATABASE_URL: PostgreSQL refused: ${cause.message} (${code}): the owner's \`tallystick migrate --grant-to <role>\` gives a role what serving needs, and \`tallystick doctor\` says what it lacks.`;
  if (code === "42704" && cause.message.includes("configuration parameter"))
    return `DATABASE_URL: PostgreSQL refused: ${cause.message} (${code}): what is behind the ? of the URL goes to PostgreSQL as a setting, but for sslmode and target_session_attrs; take it away, and name an authority of certificates in NODE_EXTRA_CA_CERTS.`;
  if (cause.name === "PostgresError") return `DATABASE_URL: PostgreSQL refused: ${cause.message} (${code}).`;
  if (isUntrusted(cause))
    return `DATABASE_URL: the database's certificate is not trusted: ${cause.message} (${code}): name its authority in NODE_EXTRA_CA_CERTS, and its host as the certificate does.`;
  if (saysNoTls(cause))
    return `DATABASE_URL: the database cannot be reached: it ended the connection where TLS was to begin, as a PostgreSQL without TLS does (${code}): turn on its ssl, or say another sslmode.`;
  if (isUnreachable(cause))
    return `DATABASE_URL: the database cannot be reached: ${reasonOf(cause)} (${code}).`;
  return cause.stack ?? cause.message;
}

/** Whether the same start may succeed later: the database is away, or takes no changes for now. */
export function mayPass(error: unknown): boolean {
  if (error instanceof Refused) return error.refusal.reason === "UNAVAILABLE";
  return isTransient(error) && !isUntrusted(error);
}

/** Why the service cannot listen where HOST and PORT say, or the port of the metrics, as a setting that cannot be used. */
export function listenFailure(error: Error, metricsPort?: number): ConfigError {
  const code = codeOf(error);
  const isMetrics = metricsPort !== undefined && "port" in error && error.port === metricsPort;
  const name = isMetrics ? "TALLYSTICK_METRICS_PORT" : "PORT";
  if (code === "EADDRINUSE")
    return new ConfigError(
      `${name} is taken: stop what listens there, or set another ${name} (${error.message}).`,
    );
  if (code === "EACCES")
    return new ConfigError(
      `${name} needs rights that this user lacks: set a ${name} above 1023 (${error.message}).`,
    );
  return new ConfigError(`HOST and ${name} cannot be listened on: ${error.message}.`);
}

/** Nothing answers where the database should be. */
export function isUnreachable(error: Error): boolean {
  // ENOENT is also what a missing file gets; only that of a missing socket is meant.
  if ("syscall" in error && !["connect", "getaddrinfo"].includes(String(error.syscall))) return false;
  return /^(CONNECT|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT|ERR_TLS_|UNABLE_TO_)|CERT/.test(
    codeOf(error),
  );
}

/** It answers, and goes when it is asked to speak TLS. Node tells it by the words alone. */
function saysNoTls({ message }: Error): boolean {
  return message.includes("before secure TLS connection was established");
}

/** Where a name has several addresses, Node's error has a reason for each and none itself. */
function reasonOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.message;
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "";
}
