import { Summary, type SummaryRecord } from "../bounds/summary.ts";
import type { ProvingCredential } from "../store/tenants/credential-lookup.ts";
import { Authenticator } from "./authenticator.ts";
import { hashOf } from "./secret.ts";

export const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

const fields = {
  orgId: "org-1",
  role: "writer",
  formerSecretHash: null,
  lastUsedAt: null,
  newestProved: true,
} as const;

/** An authenticator over credentials without a database, which count how often they are asked. */
export function fakeAuthenticator(...credentials: { clientId: string; secret: string }[]) {
  return fakeAuthenticatorOfOne(1, ...credentials);
}

/** That of one of so many processes. */
export function fakeAuthenticatorOfOne(
  processes: number,
  ...credentials: { clientId: string; secret: string }[]
) {
  let queries = 0;
  const logged: SummaryRecord[] = [];
  const used: string[] = [];
  let good = credentials.map(
    ({ clientId, secret }): ProvingCredential => ({ ...fields, clientId, secretHash: hashOf(secret) }),
  );
  const lookup = {
    find: (key: "clientId" | "secretHash", name: string) => {
      queries += 1;
      return Promise.resolve(good.find((row) => row[key] === name));
    },
  };
  return {
    authenticator: new Authenticator(lookup, {
      failures: new Summary((record) => logged.push(record)),
      processes,
      onUse: ({ credential }) => used.push(credential.clientId),
    }),
    logged,
    /** Who was seen to be used. */
    used,
    queries: () => queries,
    revoke: () => {
      good = [];
    },
    change: (clientId: string, secret: string, formerSecretHash: string | null = null) => {
      good = good.map((row) =>
        row.clientId === clientId ? { ...row, secretHash: hashOf(secret), formerSecretHash } : row,
      );
    },
  };
}

export type FakeAuthenticator = ReturnType<typeof fakeAuthenticator>;

export const senderAt = (address: string) => ({ address, wait: () => ({ release() {} }) });

/** What becomes of a header sent from an address: the caller's client id, or the reason of the refusal. */
export async function attempt(
  { authenticator }: FakeAuthenticator,
  header: string,
  address = "192.0.2.1",
): Promise<string> {
  const refused = (error: { refusal?: { reason: string } }) => error.refusal?.reason ?? String(error);
  return authenticator.authenticate(header, senderAt(address)).then(({ actor }) => actor, refused);
}
