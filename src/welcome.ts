import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { GeneratedCredential } from "./admin-credential.ts";
import type { Demo } from "./demo.ts";
import type { Address } from "./server/connections/port.ts";
import type { CertificatePaths } from "./server/tls/certificate-files.ts";

export interface WelcomeFacts {
  readonly address: Address;
  readonly tls: TlsFacts | undefined;
  /** The one that was made up; undefined where the settings have one. */
  readonly credential: GeneratedCredential | undefined;
  /** Whether a person reads it now: what goes to a file or a pipe may be kept, and read by others. */
  readonly isToTerminal: boolean;
  /** Whether a browser gets pages. */
  readonly hasPages: boolean;
  readonly demo: Demo;
}

/** What clients see of TLS. */
export interface TlsFacts {
  readonly own: X509Certificate;
  readonly paths: CertificatePaths;
}

/**
 * What a person sees when the service is ready: where it is, a credential, and lines to paste that work as printed. The secret
 * is shown at the first start alone, and at a terminal.
 */
export function welcome({ address, tls, credential, isToTerminal, hasPages, demo }: WelcomeFacts): string {
  const url =
    tls === undefined ? `http://${hostOf(address)}` : `https://${certifiedHostOf(address, tls.own)}`;
  const trust = tls === undefined ? "" : trustOf(tls);
  const protocol = tls === undefined ? " --http2-prior-knowledge" : "";
  const { organization, customer, currency } = demo;
  const balance = `${url}/tallystick/v1/organizations/${organization}/customers/${customer}/balances/${currency}`;
  const method = `${url}/tallystick.v1.LedgerService/GetBalance`;
  return `
Tallystick is ready at ${url}: gRPC, gRPC-Web, Connect and REST on one port.
${hasPages ? `Look at it in a browser, and log in with this credential: ${url}/console/\n` : ""}
${credential === undefined ? "Platform credential: that of the settings." : shown(credential, isToTerminal)}

Read the balance of ${customer} in the organization ${organization}:

  ${credential === undefined ? authOfSettings : authOf(credential)}

  curl${trust} -u "$AUTH" ${balance}

  npx @bufbuild/buf curl${protocol}${trust} --protocol grpc --user "$AUTH" -d '${JSON.stringify(demo)}' ${method}

`;
}

const authOfSettings = 'AUTH="$TALLYSTICK_ADMIN_CLIENT_ID:$TALLYSTICK_ADMIN_CLIENT_SECRET"';

function authOf({ file }: GeneratedCredential): string {
  return `AUTH=$(node -p 'Object.values(require(process.argv[1])).join(":")' ${quoted(file)})`;
}

function shown({ clientId, clientSecret, file, isNew }: GeneratedCredential, isToTerminal: boolean): string {
  return `Platform credential, kept in ${file}:
  client id      ${clientId}
  client secret  ${isNew && isToTerminal ? clientSecret : "in that file"}`;
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where a client on this machine reaches an address. */
function hostOf({ host, port }: Address): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** The same under a name of the certificate, where that has one: clients compare the two. */
function certifiedHostOf(address: Address, own: X509Certificate): string {
  const host = hostOf(address);
  const { hostname } = new URL(`https://${host}`);
  const plain = hostname.replace(/[[\]]/g, "");
  if (isIP(plain) === 0 || own.checkIP(plain) !== undefined) return host;
  const name = own.checkHost("localhost") ?? /DNS:([^*,]+)/.exec(own.subjectAltName ?? "")?.[1];
  return name === undefined ? host : `${name}:${address.port}`;
}

/** What curl and buf need to trust a certificate that nobody else has signed, and to be trusted. */
function trustOf({ own, paths }: TlsFacts): string {
  const isOwnRoot = own.checkIssued(own);
  const server = isOwnRoot ? ` --cacert ${quoted(paths.cert)}` : "";
  return `${server}${paths.clientCa === undefined ? "" : " --cert client.pem --key client.key"}`;
}
