import { ConfigError } from "./config.ts";
import { EmbeddedPostgresError } from "./embedded/error.ts";
import { driverError } from "./store/errors.ts";

/** Why the service did not start, in one line that says what to do. What nobody foresaw comes with its stack. */
export function startupFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError) return error.message;
  const cause = driverError(error);
  if (!(cause instanceof Error)) return String(error);
  const code = "code" in cause ? String(cause.code) : "";
  const syscall = "syscall" in cause ? String(cause.syscall) : "";
  if (syscall === "listen") return listenFailure(code, cause);
  if (cause.name === "PostgresError") return `DATABASE_URL: PostgreSQL refused: ${cause.message} (${code}).`;
  if (isUnreachable(code))
    return `DATABASE_URL: the database cannot be reached: ${code} ${cause.message}.`.replace(
      `${code} ${code}`,
      code,
    );
  return cause.stack ?? cause.message;
}

function listenFailure(code: string, { message }: Error): string {
  if (code === "EADDRINUSE")
    return `PORT is taken: stop what listens there, or set another PORT (${message}).`;
  if (code === "EACCES") return `PORT needs rights that this user lacks: set a PORT above 1023 (${message}).`;
  return `HOST and PORT cannot be listened on: ${message}.`;
}

function isUnreachable(code: string): boolean {
  return /^(CONNECT|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT)/.test(code);
}
