import type { GeneratedCredential } from "./admin-credential.ts";
import type { Address } from "./server/port.ts";

export interface WelcomeFacts {
  readonly address: Address;
  /** The one that was made up; undefined where the settings have one. */
  readonly credential: GeneratedCredential | undefined;
  readonly demo: { readonly organization: string; readonly billingAccountId: string };
}

/**
 * What a person sees when the service is ready: where it is, a credential, and lines to paste that work as printed. The secret
 * is shown at the first start alone: later ones may go to a log.
 */
export function welcome({ address, credential, demo }: WelcomeFacts): string {
  const url = baseUrl(address);
  const balance = `${url}/v1beta1/organizations/${demo.organization}/billing/${demo.billingAccountId}/balance`;
  const method = `${url}/raystack.frontier.v1beta1.FrontierService/GetBillingBalance`;
  return `
Tallystick is ready at ${url}: gRPC, gRPC-Web, Connect and REST on one port.

${credential === undefined ? "Platform credential: that of the settings." : shown(credential)}

Read the balance of the organization "${demo.organization}":

  ${credential === undefined ? authOfSettings : authOf(credential)}

  curl -u "$AUTH" ${balance}

  npx @bufbuild/buf curl --http2-prior-knowledge --protocol grpc --user "$AUTH" -d '{"org_id": "${demo.organization}"}' ${method}

`;
}

const authOfSettings = 'AUTH="$TALLYSTICK_ADMIN_CLIENT_ID:$TALLYSTICK_ADMIN_CLIENT_SECRET"';

function authOf({ file }: GeneratedCredential): string {
  return `AUTH=$(node -p 'Object.values(require(process.argv[1])).join(":")' ${quoted(file)})`;
}

function shown({ clientId, clientSecret, file, isNew }: GeneratedCredential): string {
  return `Platform credential, kept in ${file}:
  client id      ${clientId}
  client secret  ${isNew ? clientSecret : "in that file"}`;
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where a client on this machine reaches an address. */
function baseUrl({ host, port }: Address): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
