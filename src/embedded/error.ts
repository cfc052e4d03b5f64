/** The embedded PostgreSQL cannot start. The message is one line that a person can act on. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
}

/** Another server has the data folder. */
export class DataFolderInUse extends EmbeddedPostgresError {}

/** The code that Node or PostgreSQL gave the error, such as ENOENT or 57P03. */
export function errorCode(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

/** The system's reason in a few words, such as "EACCES: permission denied". */
export function systemReason(error: unknown): string {
  return String(error).replace(/^\w*Error: |,.*$/gs, "");
}
