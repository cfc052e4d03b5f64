import { Code, ConnectError } from "@connectrpc/connect";

/**
 * The error of a method, with what the path may have meant. Any text after a colon that is no verb belongs to a name, for
 * names may have colons, and only who looks for the name finds out that nobody has it: `customers/ann:disabel`.
 */
export function withVerbHint(error: unknown, name: string | undefined, hint: () => string): unknown {
  if (!(error instanceof ConnectError) || error.code !== Code.NotFound) return error;
  if (!name?.includes(":") || !error.rawMessage.includes(name)) return error;
  const told = new ConnectError(`${error.rawMessage}${hint()}`, error.code, error.metadata);
  told.details = error.details;
  return told;
}
