import { WorkerFailure } from "./cli/serve/worker-failure.ts";
import { ConfigError } from "./config.ts";
import { EmbeddedPostgresError } from "./embedded/error.ts";
import { CannotDistribute } from "./store/distribution/requirements.ts";
import { driverError } from "./store/driver/errors.ts";
import { NotMigrated } from "./store/driver/migrate.ts";

/** Their messages are such lines. */
const expected = [ConfigError, EmbeddedPostgresError, WorkerFailure, CannotDistribute];

/** Why the service did not start, in one line that says what to do. What nobody foresaw comes with its stack. */
export function startupFailure(error: unknown): string {
  if (expected.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof NotMigrated)
    return "The database lacks what this version needs: run `tallystick migrate`, or start the server.";
  const cause = driverError(error);
  if (!(cause instanceof Error)) return String(error);
  const code = codeOf(cause);
  if (cause.name === "PostgresError") return `DATABASE_URL: PostgreSQL refused: ${cause.message} (${code}).`;
  if (isUnreachable(cause))
    return `DATABASE_URL: the database cannot be reached: ${reasonOf(cause)} (${code}).`;
  return cause.stack ?? cause.message;
}

/** Why the service cannot listen where HOST and PORT say, as a setting that cannot be used. */
export function listenFailure(error: Error): ConfigError {
  const code = codeOf(error);
  if (code === "EADDRINUSE")
    return new ConfigError(`PORT is taken: stop what listens there, or set another PORT (${error.message}).`);
  if (code === "EACCES")
    return new ConfigError(
      `PORT needs rights that this user lacks: set a PORT above 1023 (${error.message}).`,
    );
  return new ConfigError(`HOST and PORT cannot be listened on: ${error.message}.`);
}

/** Nothing answers where the database should be. */
export function isUnreachable(error: Error): boolean {
  // ENOENT is also what a missing file gets; only that of a missing socket is meant.
  if ("syscall" in error && !["connect", "getaddrinfo"].includes(String(error.syscall))) return false;
  return /^(CONNECT|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT)/.test(codeOf(error));
}

/** Where a name has several addresses, Node's error has a reason for each and none itself. */
function reasonOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.message;
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "";
}
