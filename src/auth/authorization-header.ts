/** What a caller proves itself with: a client id and its secret (HTTP Basic), or the secret alone (Bearer). */
export type Proof = { readonly clientId: string; readonly secret: string } | { readonly secret: string };

const headerLengthMax = 1_024;

/**
 * Reads an Authorization header (RFC 7617, RFC 6750); undefined where it is neither. The scheme's case does not
 * matter.
 */
export function readAuthorization(header: string): Proof | undefined {
  if (header.length > headerLengthMax) return undefined;
  const [, scheme = "", value = ""] = /^(basic|bearer) +([\x21-\x7e]+)$/i.exec(header.trim()) ?? [];
  if (scheme.toLowerCase() === "bearer") return { secret: value };
  if (scheme.toLowerCase() !== "basic") return undefined;
  const text = decoded(value);
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1 || text.includes("\0")) return undefined;
  return { clientId: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** Node reads base64 with anything between; undefined for what is not base64. It may lack its padding. */
function decoded(base64: string): string | undefined {
  const bytes = Buffer.from(base64, "base64");
  const isBase64 = bytes.toString("base64").replace(/=+$/, "") === base64.replace(/={1,2}$/, "");
  return isBase64 ? bytes.toString("utf8") : undefined;
}
