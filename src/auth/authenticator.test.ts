import { basic, type FakeAuthenticator, fakeAuthenticator, senderAt } from "./authenticator.fixture.ts";
import { hashOf } from "./secret.ts";

let fake: FakeAuthenticator;
const authenticate = (header: string | null) =>
  fake.authenticator.authenticate(header, senderAt("192.0.2.1"));
beforeEach(() => {
  jest.useFakeTimers();
  fake = fakeAuthenticator({ clientId: "client", secret: "secret" });
});
afterEach(() => jest.useRealTimers());

const caller = { actor: "client", orgId: "org-1", role: "writer" };

describe("Authenticator", () => {
  it.each([
    ["Basic", basic("client", "secret")],
    ["Bearer", "Bearer secret"],
  ])("knows a caller by %s, and asks the database once for many calls", async (_, header) => {
    for (let call = 0; call < 100; call += 1) expect(await authenticate(header)).toEqual(caller);
    expect(fake.queries()).toBe(1);
  });

  it.each([
    ["no header", null, "give a client id and secret"],
    ["another scheme", "Digest x", "neither HTTP Basic nor a Bearer token"],
    ["a Basic without a colon", `Basic ${btoa("secret")}`, "client id:secret"],
    ["a Bearer without a token", "Bearer ", "has nothing behind Bearer"],
    ["an id and its secret as a Bearer token", "Bearer client:secret", "a Bearer token is the secret alone"],
    ["an unknown id", basic("other", "secret"), "not known"],
    ["a wrong secret", basic("client", "wrong"), "not known"],
    ["the id as a secret", "Bearer client", "not known"],
    ["the hash as a secret", `Bearer ${hashOf("secret")}`, "not known"],
    ["the hash of the secret", basic("client", hashOf("secret")), "not known"],
  ])("refuses %s", async (_, header, because) => {
    const refusal = { reason: "UNAUTHENTICATED", because: expect.stringContaining(because) };
    await expect(authenticate(header)).rejects.toMatchObject({ refusal });
  });

  it("has what waits for a look-up counted until that is over, and nothing of known callers", async () => {
    const counted: string[] = [];
    const sender = {
      address: "192.0.2.1",
      wait() {
        counted.push("waits");
        return { release: () => counted.push("released") };
      },
    };
    const from = (header: string) => fake.authenticator.authenticate(header, sender).catch(() => undefined);
    for (const header of [basic("other", "secret"), basic("client", "secret")]) {
      await from(header);
      expect(counted.splice(0)).toEqual(["waits", "released"]);
    }
    await from(basic("client", "secret"));
    expect(counted).toEqual([]);
  });

  it("asks the database nothing for a sender of whom too much waits already", async () => {
    const wait = () => {
      throw new Error("too much waits");
    };
    const asked = fake.authenticator.authenticate(basic("client", "secret"), { address: "192.0.2.1", wait });
    await expect(asked).rejects.toThrow("too much waits");
    expect(fake.queries()).toBe(0);
  });

  it("tells an unknown id and a wrong secret by the same words", async () => {
    const because = async (header: string) =>
      authenticate(header).catch((error: { refusal: unknown }) => error.refusal);
    expect(await because(basic("other", "secret"))).toEqual(await because(basic("client", "wrong")));
  });

  it("asks the database as often for an id that there is as for one that there is not", async () => {
    await authenticate(basic("client", "secret"));
    const asked = async (header: string) => {
      const before = fake.queries();
      await expect(authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
      return fake.queries() - before;
    };
    for (const secret of ["wrong", "wrong", "other"])
      expect(await asked(basic("client", secret))).toBe(await asked(basic("unknown", secret)));
  });

  it("asks once for a wrong secret that is sent again and again, and anew after a second", async () => {
    const header = basic("client", "wrong");
    for (let call = 0; call < 100; call += 1)
      await expect(authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
    expect(fake.queries()).toBe(1);
    await jest.advanceTimersByTimeAsync(1_001);
    await expect(authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
    expect(fake.queries()).toBe(2);
  });

  it("asks as seldom for one that was right until it was revoked", async () => {
    const header = basic("client", "secret");
    await authenticate(header);
    fake.revoke();
    await jest.advanceTimersByTimeAsync(5_000);
    await expect(authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
    const before = fake.queries();
    for (let call = 0; call < 100; call += 1)
      await expect(authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
    expect(fake.queries()).toBe(before);
  });

  it("takes a changed secret at once, while it still keeps the old one", async () => {
    await authenticate(basic("client", "secret"));
    fake.change("client", "changed");
    expect(await authenticate(basic("client", "changed"))).toEqual(caller);
    expect(await authenticate(basic("client", "changed"))).toEqual(caller);
  });

  it.each([
    ["Basic", (secret: string) => basic("client", secret)],
    ["Bearer", (secret: string) => `Bearer ${secret}`],
  ])("takes a rotated secret by %s beside the new one, until it ends", async (_, header) => {
    await authenticate(header("secret"));
    fake.change("client", "new", hashOf("secret"));
    for (const secret of ["new", "secret", "new"]) expect(await authenticate(header(secret))).toEqual(caller);
    fake.change("client", "new");
    await jest.advanceTimersByTimeAsync(5_000);
    await expect(authenticate(header("secret"))).rejects.toThrow("UNAUTHENTICATED");
    expect(await authenticate(header("new"))).toEqual(caller);
  });

  it("tells who is used, once a look-up, and nothing of a wrong secret", async () => {
    for (let call = 0; call < 100; call += 1) await authenticate(basic("client", "secret"));
    await authenticate(basic("client", "wrong")).catch(() => undefined);
    expect(fake.used).toEqual(["client"]);
    await jest.advanceTimersByTimeAsync(1_001);
    for (let call = 0; call < 100; call += 1) await authenticate(basic("client", "secret"));
    await jest.advanceTimersByTimeAsync(0);
    expect(fake.used).toEqual(["client", "client"]);
  });

  it("asks anew for a caller whose message came late, whatever is kept", async () => {
    const again = (secret: string) => fake.authenticator.again(basic("client", secret), "192.0.2.1");
    await authenticate(basic("client", "secret"));
    expect(await again("secret")).toEqual(caller);
    fake.change("client", "new", hashOf("secret"));
    expect(await again("secret")).toEqual(caller);
    fake.change("client", "new");
    await expect(again("secret")).rejects.toThrow("UNAUTHENTICATED");
    fake.revoke();
    await expect(again("new")).rejects.toThrow("UNAUTHENTICATED");
  });

  it.each([50, 1_250, 5_000])(
    "refuses a revoked credential within five seconds, called every %i ms",
    async (intervalMs) => {
      const header = basic("client", "secret");
      await authenticate(header);
      fake.revoke();
      for (let ms = 0; ms < 5_000; ms += intervalMs) {
        await jest.advanceTimersByTimeAsync(intervalMs);
        await authenticate(header).catch(() => undefined);
      }
      await expect(authenticate(header)).rejects.toThrow("UNAUTHENTICATED");
    },
  );
});
