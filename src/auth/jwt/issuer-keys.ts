import { fetchJson } from "./fetch-json.ts";
import type { IssuerSettings } from "./issuer.ts";
import { isObject, type Members } from "./token.ts";
import { mayPointTo } from "./url.ts";

/** The keys that an issuer has now, as it offers them. Rejects where it cannot be asked. */
export async function fetchKeys({ issuer, jwksUri }: IssuerSettings): Promise<readonly Members[]> {
  const url = jwksUri ?? (await discover(issuer));
  const found = await fetchJson(url).catch((error) => failAt(url, error));
  if (!isObject(found) || !Array.isArray(found["keys"])) return failAt(url, new Error("it has no keys"));
  return found["keys"].filter(isObject);
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const found = await fetchJson(url).catch((error) => failAt(url, error));
  if (!isObject(found) || found["issuer"] !== issuer)
    return failAt(url, new Error(`its issuer is not ${issuer}, letter by letter`));
  const { jwks_uri: jwksUri } = found;
  if (typeof jwksUri !== "string" || !mayPointTo(issuer, jwksUri))
    return failAt(url, new Error("its jwks_uri is no https URL that it may send to"));
  return jwksUri;
}

function failAt(url: string, cause: unknown): never {
  throw new KeysUnavailable(url, cause);
}

/** Keys that could not be fetched, and from where. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
  constructor(
    readonly url: string,
    readonly reason: unknown,
  ) {
    super(url);
  }
}
