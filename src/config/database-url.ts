/** Accepts what postgres.js can parse: it takes a list of hosts by parsing the URL with the first one alone. */
export function parseDatabaseUrl(text: string): string | undefined {
  const [, scheme, authority = "", rest] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)$/i.exec(text) ?? [];
  const firstHost = authority.replace(/,.*$/, "");
  const brokenEscape = /%(?![0-9a-f]{2})/i.test(authority);
  return scheme !== undefined && !brokenEscape && URL.canParse(`${scheme}${firstHost}${rest}`)
    ? text
    : undefined;
}
