import { Summary } from "../../bounds/summary.ts";
import { senderAt } from "../authenticator.fixture.ts";
import { Authenticator } from "../authenticator.ts";
import type { Caller } from "../caller.ts";
import { hashOf } from "../secret.ts";
import { sign, signingKey, startIssuer, type TestIssuer } from "./issuer.fixture.ts";
import type { IssuerSettings } from "./issuer.ts";
import { Tokens } from "./tokens.ts";

export const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

/** The caller of a token that is good in everything. */
export const writer = { actor: "idp:ann", orgId, role: "writer" };

/** Those who take the tokens of some issuers, over a database with one organization and no credential but one. */
export function takers(...issuers: IssuerSettings[]) {
  const failed: object[] = [];
  const queried: string[] = [];
  const tokens = new Tokens(issuers, {
    organizations: {
      find: async (name) => ([orgId, "acme"].includes(name) ? ({ id: orgId } as never) : undefined),
    },
    onKeysFailed: (record) => failed.push(record),
  });
  const role = "reader" as const;
  const secret = {
    clientId: "client",
    orgId,
    role,
    formerSecretHash: null,
    lastUsedAt: null,
    newestProved: true,
  };
  const authenticator = new Authenticator(
    {
      find: async (_, name) => {
        queried.push(name);
        return name === hashOf(ownSecret) ? { ...secret, secretHash: name } : undefined;
      },
    },
    { failures: new Summary(() => undefined), processes: 1, tokens },
  );
  const outcome = (calling: Promise<Caller>) =>
    calling.catch((error) => {
      if (error.refusal === undefined) throw error;
      return { reason: error.refusal.reason, because: error.refusal.because ?? "" };
    });
  return {
    failed,
    queried,
    attempt: (token: string, address = "192.0.2.1") =>
      outcome(authenticator.authenticate(`Bearer ${token}`, senderAt(address))),
    known: (token: string) => authenticator.known(`Bearer ${token}`),
    again: (token: string) => outcome(authenticator.again(`Bearer ${token}`, "192.0.2.1")),
  };
}

/** An issuer with two keys for each test, and a key of nobody's by the name of the first. */
export function useIssuer() {
  let keys: Record<"key" | "rsa" | "stranger", Awaited<ReturnType<typeof signingKey>>>;
  let issuer: TestIssuer;
  beforeAll(async () => {
    const [key, rsa, stranger] = await Promise.all([
      signingKey("one"),
      signingKey("rsa", "RS256"),
      signingKey("one"),
    ]);
    keys = { key, rsa, stranger };
  });
  beforeEach(async () => {
    issuer = await startIssuer(keys.key, keys.rsa);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer.stop();
  });
  const iss = () => issuer.state.issuer;
  return {
    get key() {
      return keys.key;
    },
    get rsa() {
      return keys.rsa;
    },
    get stranger() {
      return keys.stranger;
    },
    get state() {
      return issuer.state;
    },
    settings: (change?: Partial<IssuerSettings>) => issuer.settings(change),
    iss,
    good: (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
      sign(keys.key, { iss: iss(), ...claims }, header),
  };
}

/** Of the form of a token, and none of an issuer that is known. */
export const ownSecret = [{ alg: "x" }, { iss: "me" }]
  .map((each) => Buffer.from(JSON.stringify(each)).toString("base64url"))
  .concat("x")
  .join(".");
