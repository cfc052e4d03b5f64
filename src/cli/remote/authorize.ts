import { readFileSync } from "node:fs";
import { ConfigError } from "../../config/config-error.ts";
import type { clientSettings } from "./settings.ts";

/** The Authorization header by which a caller proves who it is, as each call asks for it. */
export type Authorize = () => string;

/**
 * By what it knows who asks: a credential in the file of the option, or else what the settings say, a credential or a token.
 *
 * @throws ConfigError
 */
export function authorizeBy(option: string | undefined, env: NodeJS.ProcessEnv): Authorize {
  const given = (name: keyof typeof clientSettings) => env[name] || undefined;
  const tokenFile = option === undefined ? given("TALLYSTICK_TOKEN_FILE") : undefined;
  const file = option ?? given("TALLYSTICK_CREDENTIAL_FILE");
  const clientId = given("TALLYSTICK_CLIENT_ID");
  const clientSecret = given("TALLYSTICK_CLIENT_SECRET");
  if (tokenFile !== undefined) {
    if (file !== undefined || clientId !== undefined)
      throw new ConfigError(
        "TALLYSTICK_TOKEN_FILE stands in place of a credential: unset it, or TALLYSTICK_CREDENTIAL_FILE and TALLYSTICK_CLIENT_ID.",
      );
    tokenIn(tokenFile);
    return () => `Bearer ${tokenIn(tokenFile)}`;
  }
  if (file !== undefined) return basic(credentialIn(file));
  if (clientId === undefined || clientSecret === undefined)
    throw new ConfigError(
      "A server wants a credential: set TALLYSTICK_CLIENT_ID and TALLYSTICK_CLIENT_SECRET, or name a file by --credential-file or TALLYSTICK_CREDENTIAL_FILE, or one with a token by TALLYSTICK_TOKEN_FILE.",
    );
  return basic({ clientId, clientSecret });
}

function basic({ clientId, clientSecret }: ClientCredential): Authorize {
  const proof = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return () => `Basic ${proof}`;
}

function tokenIn(file: string): string {
  let content: string;
  try {
    content = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new ConfigError(`TALLYSTICK_TOKEN_FILE cannot be read: ${(error as Error).message}.`);
  }
  if (/^[\x21-\x7e]+$/.test(content)) return content;
  throw new ConfigError(`TALLYSTICK_TOKEN_FILE names ${file}, which must hold a token and nothing else.`);
}

interface ClientCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** As a data folder holds it, or as the API answers it. */
interface WrittenCredential {
  readonly client_id?: unknown;
  readonly client_secret?: unknown;
  readonly credential?: { readonly clientId?: unknown };
  readonly clientSecret?: unknown;
}

function credentialIn(file: string): ClientCredential {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // A parser's message would quote what is in the file.
    const why = error instanceof SyntaxError ? "it is no JSON" : (error as Error).message;
    throw new ConfigError(`The credential file ${file} cannot be used: ${why}.`);
  }
  const written = (content ?? {}) as WrittenCredential;
  const clientId = written.client_id ?? written.credential?.clientId;
  const clientSecret = written.client_secret ?? written.clientSecret;
  if (typeof clientId !== "string" || typeof clientSecret !== "string")
    throw new ConfigError(
      `The credential file ${file} must hold {"client_id": "…", "client_secret": "…"}, or what \`tallystick credentials create --json\` prints.`,
    );
  return { clientId, clientSecret };
}
