/** What somebody proves who they are with. */
export type Credential =
  | { readonly clientId: string; readonly clientSecret: string }
  /** The token of an identity provider, or a secret alone. */
  | { readonly token: string };

/** The value of an Authorization header. */
export function authorizationOf(credential: Credential): string {
  if ("token" in credential) return `Bearer ${credential.token}`;
  const bytes = new TextEncoder().encode(`${credential.clientId}:${credential.clientSecret}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/**
 * What was pasted as a whole: the file that `npm start` writes, the answer of CreateCredential, `id:secret`, or a token; undefined for a
 * client id alone.
 */
export function readPasted(text: string): Credential | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return inJson(trimmed);
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(trimmed)) return { token: trimmed };
  const [, clientId = "", clientSecret = ""] = /^([^:\s]+):(\S+)$/.exec(trimmed) ?? [];
  return clientId === "" ? undefined : { clientId, clientSecret };
}

function inJson(text: string): Credential | undefined {
  try {
    const fields = JSON.parse(text) as {
      readonly [name: string]: unknown;
      readonly credential?: { readonly clientId?: unknown };
    };
    const clientId = fields["client_id"] ?? fields.credential?.clientId;
    const clientSecret = fields["client_secret"] ?? fields["clientSecret"];
    return typeof clientId === "string" && typeof clientSecret === "string"
      ? { clientId, clientSecret }
      : undefined;
  } catch {
    return undefined;
  }
}
