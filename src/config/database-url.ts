/** What postgres.js knows. Any other value is TLS to it, so one that is misspelled could not be told from `require`. */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** What postgres.js knows; at any other value it throws. */
export const serverKinds = ["read-write", "read-only", "primary", "standby", "prefer-standby"];

/** libpq takes these behind the question mark, too. postgres.js would leave them to PostgreSQL as settings, the password among them. */
export const beforeQuery = ["host", "hostaddr", "port", "password", "dbname"];

/**
 * Accepts what postgres.js can parse: it takes a list of hosts by parsing the URL with the first one alone, and takes for hosts
 * whatever is behind the first @. A part of a password that it took for something else would be in an error.
 */
export function parseDatabaseUrl(text: string): string | undefined {
  const [, scheme, authority = "", rest = ""] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)$/is.exec(text) ?? [];
  const [, user = "", hosts = ""] = /^(.*@)?(.*)$/s.exec(authority) ?? [];
  const [path = ""] = rest.split("?");
  const brokenEscape = /%(?![0-9a-f]{2})/i.test(authority + path);
  const isAmbiguous = /[@#]/.test(rest) || (authority.includes(",") && user.indexOf("@") < user.length - 1);
  const withOneHost = `${scheme}${user}${hosts.replace(/,.*$/s, "")}${rest}`;
  if (scheme === undefined || brokenEscape || isAmbiguous || !URL.canParse(withOneHost)) return undefined;
  const asked = new URL(withOneHost).searchParams;
  const isKnown = (name: string, values: readonly string[]) =>
    asked.getAll(name).every((value) => values.includes(value));
  const isUnderstood = isKnown("sslmode", sslModes) && isKnown("target_session_attrs", serverKinds);
  return isUnderstood && !beforeQuery.some((name) => asked.has(name)) ? text : undefined;
}
