import { resolve } from "node:path";
import type { CertificatePaths } from "../server/tls/certificate-files.ts";
import { type PlaintextPolicy, plaintextPolicies } from "../server/tls/tls.ts";
import { ConfigError } from "./config-error.ts";

/** How the port is encrypted. */
export interface TlsConfig {
  readonly paths: CertificatePaths;
  readonly plaintext: PlaintextPolicy;
}

const pathOf = (text: string) => resolve(text);

/** The settings of TLS. */
export const tlsSettings = {
  TLS_CERT: {
    default: "unset: without TLS",
    meaning:
      "The server's certificate, and those that lead from it to one that clients trust; needs TLS_KEY too.",
    allowed: "the path of a PEM file",
    parse: pathOf,
  },
  TLS_KEY: {
    default: "unset: without TLS",
    meaning: "The key of that certificate, without a passphrase.",
    allowed: "the path of a PEM file",
    parse: pathOf,
  },
  TLS_CLIENT_CA: {
    default: "unset: clients need no certificate",
    meaning:
      "The authorities of which each client must show a certificate (mutual TLS), beside its credential.",
    allowed: "the path of a PEM file",
    parse: pathOf,
  },
  TLS_PLAINTEXT: {
    default: "refuse where TLS is on",
    meaning: "Whether the port takes clients without TLS, too.",
    allowed: `one of ${plaintextPolicies.join(", ")}`,
    parse: (text: string) => plaintextPolicies.find((policy) => policy === text),
  },
} as const;

type Given = Readonly<Record<keyof typeof tlsSettings, string | undefined>> & {
  readonly TLS_PLAINTEXT: PlaintextPolicy | undefined;
};

/** @throws ConfigError where one of them is without another that it needs */
export function tlsConfigOf({
  TLS_CERT,
  TLS_KEY,
  TLS_CLIENT_CA,
  TLS_PLAINTEXT,
}: Given): TlsConfig | undefined {
  if (TLS_CERT !== undefined && TLS_KEY !== undefined)
    return {
      paths: { cert: TLS_CERT, key: TLS_KEY, clientCa: TLS_CLIENT_CA },
      plaintext: TLS_PLAINTEXT ?? "refuse",
    };
  if (TLS_CERT !== undefined) throw missing("TLS_KEY", "TLS_CERT");
  if (TLS_KEY !== undefined) throw missing("TLS_CERT", "TLS_KEY");
  if (TLS_CLIENT_CA !== undefined) throw missing("TLS_CERT and TLS_KEY", "TLS_CLIENT_CA");
  if (TLS_PLAINTEXT !== undefined) throw missing("TLS_CERT and TLS_KEY", "TLS_PLAINTEXT");
  return undefined;
}

function missing(unset: string, set: string): ConfigError {
  const verb = unset.includes(" ") ? "are" : "is";
  return new ConfigError(`${unset} ${verb} unset, but ${set} is set: set all of them or none.`);
}
