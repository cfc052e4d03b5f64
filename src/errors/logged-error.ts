/** What the log has of an error: of what went wrong everything, and of whom and how much it was about nothing. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  /** Where it was thrown, a line a call. */
  readonly stack: string;
  readonly cause?: LoggedError;
  /** What else it says of itself, by names that are known to hold no caller's data. */
  readonly [fact: string]: unknown;
}

/**
 * Names under which drivers and Node say what happened. The others stay out: in `detail`, `where`, `query`, `params` and
 * `parameters` of PostgreSQL and its drivers are rows and values.
 */
const facts = ["code", "errno", "syscall", "address", "port", "severity", "routine"] as const;
const placeFacts = ["schema_name", "table_name", "column_name", "constraint_name"] as const;
const causesMax = 5;
const messageCharactersMax = 500;

/** An error as the log may keep it. Whatever else was thrown is told by its type. */
export function loggedError(error: unknown, causesLeft = causesMax): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: "", stack: "" };
  const { cause } = error;
  return {
    type: error.constructor.name,
    message: shownMessage(error),
    stack: (error.stack ?? "").match(/^ {4}at .*$/gm)?.join("\n") ?? "",
    ...Object.fromEntries([...facts, ...placeFacts].flatMap((name) => factOf(error, name))),
    ...(cause !== undefined && causesLeft > 0 && { cause: loggedError(cause, causesLeft - 1) }),
  };
}

function factOf(error: object, name: string): [string, string | number][] {
  const value = (error as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" || typeof value === "number" ? [[name, value]] : [];
}

/** Without the values that a query had, that a database could not read, or that no JSON is. */
function shownMessage(error: Error): string {
  const [first = ""] = error.message.split(/\nparams: /, 1);
  const isAboutValue = error instanceof SyntaxError || /^22/.test(String((error as { code?: unknown }).code));
  const told = isAboutValue ? first.replace(/"[\s\S]*"|'[\s\S]*'/g, "…") : first;
  // A search begins where a word does: from each character on, one long word would take the square of its length.
  return told.replace(/(?<![^\s"'<>()=:,])[^\s"'<>()=:,]+@[^\s"'>),]+/g, "…").slice(0, messageCharactersMax);
}
