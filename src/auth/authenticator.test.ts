import type { Credentials, StoredCredential } from "../store/tenants/credentials.ts";
import { Authenticator } from "./authenticator.ts";
import { hashOf } from "./secret.ts";

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

const stored: StoredCredential = {
  clientId: "client",
  orgId: "org-1",
  role: "writer",
  secretHash: hashOf("secret"),
  displayName: "",
  createdAt: new Date(0),
  revokedAt: null,
};

/** Credentials without a database, which count how often they are asked. */
function fakeCredentials() {
  let queries = 0;
  let good: StoredCredential | undefined = stored;
  const answer = (isIt: (row: StoredCredential) => boolean) => {
    queries += 1;
    return Promise.resolve(good !== undefined && isIt(good) ? good : undefined);
  };
  const credentials: Pick<Credentials, "findByClientId" | "findBySecretHash"> = {
    findByClientId: (clientId) => answer((row) => row.clientId === clientId),
    findBySecretHash: (secretHash) => answer((row) => row.secretHash === secretHash),
  };
  return {
    authenticator: new Authenticator(credentials as Credentials),
    queries: () => queries,
    revoke: () => {
      good = undefined;
    },
  };
}

let fake: ReturnType<typeof fakeCredentials>;
beforeEach(() => {
  jest.useFakeTimers();
  fake = fakeCredentials();
});
afterEach(() => jest.useRealTimers());

const caller = { clientId: "client", orgId: "org-1", role: "writer" };

describe("Authenticator", () => {
  it.each([
    ["Basic", basic("client", "secret")],
    ["Bearer", "Bearer secret"],
  ])("knows a caller by %s, and asks the database once for many calls", async (_, header) => {
    for (let call = 0; call < 100; call += 1)
      expect(await fake.authenticator.authenticate(header)).toEqual(caller);
    expect(fake.queries()).toBe(1);
  });

  it.each([
    ["no header", null, "give a client id and secret"],
    ["another scheme", "Digest x", "neither HTTP Basic nor a Bearer token"],
    ["an unknown id", basic("other", "secret"), "not known"],
    ["a wrong secret", basic("client", "wrong"), "not known"],
    ["the id as a secret", "Bearer client", "not known"],
    ["the hash as a secret", `Bearer ${hashOf("secret")}`, "not known"],
    ["the hash of the secret", basic("client", hashOf("secret")), "not known"],
  ])("refuses %s", async (_, header, because) => {
    const refusal = { reason: "UNAUTHENTICATED", because: expect.stringContaining(because) };
    await expect(fake.authenticator.authenticate(header)).rejects.toMatchObject({ refusal });
  });

  it("tells an unknown id and a wrong secret by the same words", async () => {
    const because = async (header: string) =>
      fake.authenticator.authenticate(header).catch((error: { refusal: unknown }) => error.refusal);
    expect(await because(basic("other", "secret"))).toEqual(await because(basic("client", "wrong")));
  });

  it("refuses a wrong secret also for an id that it knows already, without a query", async () => {
    await fake.authenticator.authenticate(basic("client", "secret"));
    await expect(fake.authenticator.authenticate(basic("client", "wrong"))).rejects.toThrow(
      "UNAUTHENTICATED",
    );
    expect(fake.queries()).toBe(1);
  });

  it.each([50, 1_250, 5_000])(
    "refuses a revoked credential within five seconds, called every %i ms",
    async (intervalMs) => {
      const header = basic("client", "secret");
      await fake.authenticator.authenticate(header);
      fake.revoke();
      for (let ms = 0; ms < 5_000; ms += intervalMs) {
        await jest.advanceTimersByTimeAsync(intervalMs);
        await fake.authenticator.authenticate(header).catch(() => undefined);
      }
      await expect(fake.authenticator.authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
    },
  );
});
