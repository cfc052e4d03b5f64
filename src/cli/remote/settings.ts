import { ConfigError } from "../../config/config-error.ts";
import { shownText } from "../../config/shown.ts";
import type { Setting } from "../../config.ts";

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
  TALLYSTICK_TOKEN_FILE: {
    default: "unset",
    meaning:
      "A file with a token of an identity provider, in place of a credential. Each call reads it, so it may be exchanged meanwhile.",
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

/** gRPC is HTTP: grpc:// and grpcs:// say the same as http:// and https://, without their ports. */
function parseServer(text: string): ServerAddress | undefined {
  const [, scheme = "", host = "", port] =
    /^(https?|grpcs?):\/\/([^/?#@\s:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  const { [scheme.toLowerCase()]: usualPort } = schemePorts;
  if (host === "" || (port ?? usualPort) === undefined) return undefined;
  return { authority: `${host}:${port ?? usualPort}`, isSecure: /s$/i.test(scheme) };
}
