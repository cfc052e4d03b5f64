/** What a caller proves itself with: a client id and its secret (HTTP Basic), or the secret alone (Bearer). */
export type Proof = { readonly clientId: string; readonly secret: string } | { readonly secret: string };

/** Why an Authorization header cannot be read. */
export interface Unreadable {
  readonly because: string;
}

const headerLengthMax = 1_024;

/** Reads an Authorization header (RFC 7617, RFC 6750). The scheme's case does not matter. */
export function readAuthorization(header: string): Proof | Unreadable {
  if (header.length > headerLengthMax)
    return { because: `the Authorization header is longer than ${headerLengthMax} characters` };
  const [, scheme = "", value = ""] = /^(basic|bearer)(?: +([\x21-\x7e]+))?$/i.exec(header.trim()) ?? [];
  if (scheme === "") return { because: "the Authorization header is neither HTTP Basic nor a Bearer token" };
  if (value === "")
    return { because: `the Authorization header has nothing behind ${scheme}: the credential is empty` };
  if (scheme.toLowerCase() === "bearer") return { secret: value };
  const text = decoded(value);
  const [, clientId, secret] = /^([^:\0]+):([^\0]+)$/s.exec(text ?? "") ?? [];
  return clientId === undefined || secret === undefined
    ? { because: "HTTP Basic takes client id:secret in base64; the secret alone goes as a Bearer token" }
    : { clientId, secret };
}

/** Node reads base64 with anything between; undefined for what is not base64. It may lack its padding. */
function decoded(base64: string): string | undefined {
  const bytes = Buffer.from(base64, "base64");
  const isBase64 = bytes.toString("base64").replace(/=+$/, "") === base64.replace(/={1,2}$/, "");
  return isBase64 ? bytes.toString("utf8") : undefined;
}
