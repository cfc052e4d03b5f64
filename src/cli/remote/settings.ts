import { readFileSync } from "node:fs";
import { shownText } from "../../config/shown.ts";
import { ConfigError, type Setting } from "../../config.ts";

/** What commands take that ask a server. */
export const clientSettings = {
  TALLYSTICK_SERVER: {
    default: "unset: the database of DATABASE_URL or TALLYSTICK_DATA_DIR",
    meaning: "The server that commands ask, over gRPC.",
    allowed: "a URL like http://127.0.0.1:7400, or https://ledger.example.com with TLS",
    parse: parseServer,
  },
  TALLYSTICK_CLIENT_ID: {
    default: "unset",
    meaning: "Client id of the credential by which they ask it.",
    allowed: "a client id",
    parse: (text) => text,
  },
  TALLYSTICK_CLIENT_SECRET: {
    default: "unset",
    meaning:
      "Secret of that credential. No command takes it as an argument, which others on the machine could read.",
    allowed: "a secret",
    parse: (text) => text,
    shown: (text) => `a text of ${text.length} characters`,
  },
  TALLYSTICK_CREDENTIAL_FILE: {
    default: "unset",
    meaning:
      "A file with both instead: credential.json of a data folder, or what `credentials create --json` prints.",
    allowed: "the path of a file",
    parse: (text) => text,
  },
  TALLYSTICK_SERVER_CA: {
    default: "unset: those that Node trusts, and NODE_EXTRA_CA_CERTS",
    meaning:
      "The authorities up to a root by which a server of https:// is known, or its certificate where nobody else signed it.",
    allowed: "the path of a PEM file",
    parse: (text) => text,
  },
  TALLYSTICK_CLIENT_CERT: {
    default: "unset: none is shown",
    meaning: "The certificate that is shown to a server with TLS_CLIENT_CA; needs TALLYSTICK_CLIENT_KEY too.",
    allowed: "the path of a PEM file",
    parse: (text) => text,
  },
  TALLYSTICK_CLIENT_KEY: {
    default: "unset: none is shown",
    meaning: "The key of that certificate, without a passphrase.",
    allowed: "the path of a PEM file",
    parse: (text) => text,
  },
} as const satisfies Record<string, Setting<unknown>>;

/** Where a server is. */
export interface ServerAddress {
  /** `host:port` */
  readonly authority: string;
  readonly isSecure: boolean;
}

const schemePorts: Readonly<Record<string, number | undefined>> = { http: 80, https: 443 };

/** By what a caller proves who it is. */
export interface ClientCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The server that is meant, by the option or by the setting; undefined where it is none.
 *
 * @throws ConfigError
 */
export function serverOf(option: string | undefined, env: NodeJS.ProcessEnv): ServerAddress | undefined {
  const [name, text] =
    option === undefined ? ["TALLYSTICK_SERVER", env["TALLYSTICK_SERVER"]] : ["--server", option];
  if (text === undefined || (text === "" && option === undefined)) return undefined;
  const address = parseServer(text);
  if (address === undefined)
    throw new ConfigError(
      `${name} is ${shownText(text)}, but must be ${clientSettings.TALLYSTICK_SERVER.allowed}.`,
    );
  return address;
}

/**
 * The credential for it: of a file where one is named, else of the settings.
 *
 * @throws ConfigError
 */
export function clientCredentialOf(option: string | undefined, env: NodeJS.ProcessEnv): ClientCredential {
  const file = option ?? (env["TALLYSTICK_CREDENTIAL_FILE"] || undefined);
  if (file !== undefined) return credentialIn(file);
  const clientId = env["TALLYSTICK_CLIENT_ID"] || undefined;
  const clientSecret = env["TALLYSTICK_CLIENT_SECRET"] || undefined;
  if (clientId === undefined || clientSecret === undefined)
    throw new ConfigError(
      "A server wants a credential: set TALLYSTICK_CLIENT_ID and TALLYSTICK_CLIENT_SECRET, or name a file by --credential-file or TALLYSTICK_CREDENTIAL_FILE.",
    );
  return { clientId, clientSecret };
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

/** gRPC is HTTP: grpc:// and grpcs:// say the same as http:// and https://, without their ports. */
function parseServer(text: string): ServerAddress | undefined {
  const [, scheme = "", host = "", port] =
    /^(https?|grpcs?):\/\/([^/?#@\s:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  const { [scheme.toLowerCase()]: usualPort } = schemePorts;
  if (host === "" || (port ?? usualPort) === undefined) return undefined;
  return { authority: `${host}:${port ?? usualPort}`, isSecure: /s$/i.test(scheme) };
}
