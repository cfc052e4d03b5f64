import { Summary, type SummaryRecord } from "../bounds/summary.ts";
import type { StoredCredential } from "../store/tenants/credentials.ts";
import { Authenticator } from "./authenticator.ts";
import { hashOf } from "./secret.ts";

export const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

const fields = { orgId: "org-1", role: "writer", displayName: "" } as const;

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
  let good = credentials.map(
    ({ clientId, secret }): StoredCredential => ({
      ...fields,
      clientId,
      secretHash: hashOf(secret),
      createdAt: new Date(0),
      revokedAt: null,
    }),
  );
  const lookup = {
    find: (key: "clientId" | "secretHash", name: string) => {
      queries += 1;
      return Promise.resolve(good.find((row) => row[key] === name));
    },
  };
  return {
    authenticator: new Authenticator(lookup, new Summary((record) => logged.push(record)), processes),
    logged,
    queries: () => queries,
    revoke: () => {
      good = [];
    },
    change: (clientId: string, secret: string) => {
      good = good.map((row) => (row.clientId === clientId ? { ...row, secretHash: hashOf(secret) } : row));
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
  return authenticator.authenticate(header, senderAt(address)).then(({ clientId }) => clientId, refused);
}
