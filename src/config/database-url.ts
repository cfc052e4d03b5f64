/** What postgres.js knows. Any other value is TLS to it, so one that is misspelled could not be told from `require`. */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** Accepts what postgres.js can parse: it takes a list of hosts by parsing the URL with the first one alone. */
export function parseDatabaseUrl(text: string): string | undefined {
  const [, scheme, authority = "", rest] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)$/i.exec(text) ?? [];
  const firstHost = authority.replace(/,.*$/, "");
  const brokenEscape = /%(?![0-9a-f]{2})/i.test(authority);
  const withOneHost = `${scheme}${firstHost}${rest}`;
  if (scheme === undefined || brokenEscape || !URL.canParse(withOneHost)) return undefined;
  const modes = new URL(withOneHost).searchParams.getAll("sslmode");
  return modes.every((mode) => sslModes.includes(mode)) ? text : undefined;
}
