import { create } from "@bufbuild/protobuf";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  CreateCredentialResponseSchema,
  type Credential,
  CredentialService,
  ListCredentialsResponseSchema,
  RevokeCredentialResponseSchema,
  Role as RoleMessage,
  type RotateCredentialResponse,
  RotateCredentialResponseSchema,
} from "../../gen/tallystick/v1/credential_pb.ts";
import { roleMessages } from "../api/native/credentials/credential-message.ts";
import type { Role } from "../auth/permissions.ts";
import { everyPage } from "./pages.ts";
import { jsonOf, type Printed, pairsOf, tableOf, timeOf, wordOf } from "./printed.ts";

/** Whose credentials are meant. */
export interface Whose extends Printed {
  /** Id or name; the platform without it. */
  readonly organization?: string;
}

export interface CreateCredentialOptions extends Whose {
  readonly role: Role;
  readonly displayName: string;
  readonly description?: string;
  readonly expires?: Date;
}

/** Makes a credential. Its secret is kept nowhere else than in what this answers. */
export async function createCredential(ledger: Transport, options: CreateCredentialOptions): Promise<string> {
  const { organization = "", role, displayName, description = "", expires, json } = options;
  const answer = await createClient(CredentialService, ledger).createCredential({
    organization,
    role: roleMessages[role],
    displayName,
    description,
    ...(expires === undefined ? {} : { expireTime: timestampFromDate(expires) }),
  });
  return json ? jsonOf(CreateCredentialResponseSchema, answer) : secretText(answer);
}

export interface RotateCredentialOptions extends Whose {
  /** How long the former secret stays good, in milliseconds. */
  readonly overlap: number;
}

/** Gives a credential a second secret; the first one ends after the overlap. */
export async function rotateCredential(
  ledger: Transport,
  clientId: string,
  { organization = "", overlap, json }: RotateCredentialOptions,
): Promise<string> {
  // What is to end at once does so by the database's clock: one here that is ahead of it would let the secret live on.
  const formerExpireTime = timestampFromMs(overlap === 0 ? 0 : Date.now() + overlap);
  const answer = await createClient(CredentialService, ledger).rotateCredential({
    organization,
    clientId,
    formerExpireTime,
  });
  if (json) return jsonOf(RotateCredentialResponseSchema, answer);
  const ends = timeOf(answer.credential?.formerExpireTime);
  return `${secretText(answer)}The former secret is good until ${ends}.\n`;
}

export async function revokeCredential(
  ledger: Transport,
  clientId: string,
  { organization = "", json }: Whose,
): Promise<string> {
  const answer = await createClient(CredentialService, ledger).revokeCredential({ organization, clientId });
  return json ? jsonOf(RevokeCredentialResponseSchema, answer) : `Revoked: ${clientId}.\n`;
}

export async function listCredentials(
  ledger: Transport,
  { organization = "", json }: Whose,
): Promise<string> {
  const client = createClient(CredentialService, ledger);
  const credentials = await everyPage(async (pageToken) => {
    const page = await client.listCredentials({ organization, pageToken, pageSize: 1_000 });
    return { rows: page.credentials, next: page.nextPageToken };
  });
  if (json)
    return jsonOf(ListCredentialsResponseSchema, create(ListCredentialsResponseSchema, { credentials }));
  const headings = ["client id", "role", "name", "state", "last used", "expires"];
  return tableOf(headings, credentials.map(rowOf));
}

function rowOf({ clientId, role, displayName, revokeTime, lastUsedTime, expireTime }: Credential): string[] {
  const state = revokeTime === undefined ? "good" : "revoked";
  return [clientId, wordOf(RoleMessage, role), displayName, state, timeOf(lastUsedTime), timeOf(expireTime)];
}

function secretText({
  credential,
  clientSecret,
}: Pick<RotateCredentialResponse, "credential" | "clientSecret">) {
  return pairsOf({ "client id": credential?.clientId ?? "", "client secret": clientSecret });
}
