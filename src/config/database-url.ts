import { ConfigError } from "./config-error.ts";

/** What postgres.js knows. Any other value is TLS to it, so one that is misspelled could not be told from `require`. */
const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** What postgres.js knows; at any other value it throws. libpq's `any` is what it does without one. */
const serverKinds = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];

const portMax = 65_535;

/** libpq takes these behind the question mark, too. postgres.js would leave them to PostgreSQL as settings, the password among them. */
const beforeQuery = ["host", "hostaddr", "port", "password", "dbname"];

/** In words. */
export const allowedDatabaseUrl = `a URL like postgres://user:password@host:5432/database (postgresql:// is the same), in which an @ of a password is %40, a / is %2F, and so on; sslmode, where it is there, one of ${sslModes.join(", ")}; target_session_attrs one of ${serverKinds.join(", ")}; behind the ? no ${beforeQuery.join(", ")}`;

/**
 * Accepts what postgres.js can parse: it takes a list of hosts by parsing the URL with the first one alone, and takes for hosts
 * whatever is behind the first @. A part of a password that it took for something else would be in an error.
 */
export function parseDatabaseUrl(text: string): string | undefined {
  const [, scheme, authority = "", rest = ""] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)$/is.exec(text) ?? [];
  const [, user = "", hosts = ""] = /^(.*@)?(.*)$/s.exec(authority) ?? [];
  const [path = ""] = rest.split("?");
  const isAmbiguous = /[@#]/.test(rest) || (authority.includes(",") && user.indexOf("@") < user.length - 1);
  const withOneHost = `${scheme}${user}${hosts.replace(/,.*$/s, "")}${rest}`;
  if (scheme === undefined || !isDecodable(authority + path) || isAmbiguous || !URL.canParse(withOneHost))
    return undefined;
  const asked = new URL(withOneHost).searchParams;
  const isKnown = (name: string, values: readonly string[]) =>
    asked.getAll(name).every((value) => values.includes(value));
  const isUnderstood = isKnown("sslmode", sslModes) && isKnown("target_session_attrs", serverKinds);
  return isUnderstood && !beforeQuery.some((name) => asked.has(name)) ? withoutAny(text) : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function withoutAny(text: string): string {
  const [before = "", ...queries] = text.split("?");
  const isAny = (each: string) => new URLSearchParams(each).get("target_session_attrs") === "any";
  const kept = queries
    .join("?")
    .split("&")
    .filter((each) => !isAny(each));
  return queries.length === 0 || kept.length === 0 ? before : `${before}?${kept.join("&")}`;
}

/**
 * Of libpq's variables those that postgres.js takes where the URL says nothing of it, and at whose other values it, or Node, throws where
 * nobody catches it.
 *
 * @throws ConfigError
 */
export function requireDriverVariables({
  PGTARGETSESSIONATTRS: kind,
  PGPORT: port,
}: NodeJS.ProcessEnv): void {
  const [, ...known] = serverKinds;
  if (kind && !known.includes(kind))
    throw new ConfigError(
      `PGTARGETSESSIONATTRS is ${kind}, but must be one of ${known.join(", ")}, or unset.`,
    );
  if (port && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= portMax))
    throw new ConfigError(`PGPORT is ${port}, but must be a whole number from 1 to ${portMax}, or unset.`);
}
