import { signingKey } from "./issuer.fixture.ts";
import { KeySet } from "./key-set.ts";
import type { Members } from "./token.ts";

const minute = 60_000;

/** A set of the keys of an issuer that a test changes, by a clock of its own. */
function keySet(...offered: Members[]) {
  const issuer = { offered, isAway: false, asked: 0, failures: 0, now: 0 };
  const set = new KeySet({
    load: async () => {
      issuer.asked += 1;
      if (issuer.isAway) throw new Error("away");
      return issuer.offered;
    },
    onFailure: () => {
      issuer.failures += 1;
    },
    now: () => issuer.now,
  });
  const kidOf = async (kid: string | undefined) => (await set.find(kid, "ES256"))?.kid;
  return { issuer, set, kidOf };
}

let one: Members;
let two: Members;
beforeAll(async () => {
  [one, two] = (await Promise.all([signingKey("one"), signingKey("two")])).map(
    ({ jwk }): Members => ({ ...jwk }),
  ) as [Members, Members];
});

describe("a key set", () => {
  it("takes a new key within half a minute, and asks no more often, whatever names come", async () => {
    const { issuer, kidOf } = keySet(one);
    expect(await kidOf("one")).toBe("one");
    issuer.offered = [one, two];
    for (const kid of ["two", "three", "four"]) expect(await kidOf(kid)).toBeUndefined();
    expect(issuer.asked).toBe(1);
    issuer.now += minute / 2;
    expect(await Promise.all(["two", "three", "two"].map(kidOf))).toEqual(["two", undefined, "two"]);
    expect(issuer.asked).toBe(2);
    expect(await kidOf("one")).toBe("one");
  });

  it("says of a key that it is gone once the issuer offers it no more, and of no other", async () => {
    const { issuer, set } = keySet(one, two);
    const [first, second] = await Promise.all(["one", "two"].map((kid) => set.find(kid, "ES256")));
    issuer.offered = [{ ...two }];
    issuer.now += 6 * minute;
    expect(await set.find("two", "ES256")).toBe(second);
    await set.renew();
    expect([first?.isGone, second?.isGone]).toEqual([true, false]);
    expect(await set.find("two", "ES256")).toBe(second);
    expect(await set.find("one", "ES256")).toBeUndefined();
  });

  it("is fetched before it is used where no token came for long, and in the background otherwise", async () => {
    const { issuer, set, kidOf } = keySet(one);
    await kidOf("one");
    issuer.now += 6 * minute;
    expect(set.isCurrent()).toBe(true);
    await set.renew();
    expect(issuer.asked).toBe(2);
    issuer.offered = [two];
    issuer.now += 7 * minute;
    expect(set.isCurrent()).toBe(false);
    expect(await kidOf("one")).toBeUndefined();
    expect(set.isCurrent()).toBe(true);
  });

  it("is used for a day while the issuer is away, or offers nothing that can be used", async () => {
    const { issuer, set, kidOf } = keySet(one);
    await kidOf("one");
    issuer.isAway = true;
    issuer.now += 12 * 60 * minute;
    expect(await kidOf("one")).toBe("one");
    await set.renew();
    issuer.isAway = false;
    issuer.offered = [];
    issuer.now = 24 * 60 * minute;
    expect(await kidOf("one")).toBe("one");
    await set.renew();
    expect(issuer.failures).toBe(2);
    issuer.isAway = true;
    issuer.now += 1;
    expect(set.isUsable()).toBe(false);
    expect(await kidOf("one")).toBeUndefined();
    issuer.isAway = false;
    issuer.offered = [one];
    issuer.now += minute;
    expect(await kidOf("one")).toBe("one");
  });

  it("asks again after five seconds where it has nothing", async () => {
    const { issuer, kidOf } = keySet(one);
    issuer.isAway = true;
    for (const _ of [1, 2, 3]) expect(await kidOf("one")).toBeUndefined();
    expect(issuer.asked).toBe(1);
    issuer.isAway = false;
    issuer.now += 5_000;
    expect(await kidOf("one")).toBe("one");
  });

  it("finds a key without a name where there is one alone for the algorithm", async () => {
    const { issuer, kidOf } = keySet(one);
    expect(await kidOf(undefined)).toBe("one");
    issuer.offered = [one, two];
    issuer.now += 6 * minute;
    await kidOf("two");
    expect(await kidOf(undefined)).toBeUndefined();
  });

  it.each([
    ["for encryption", { use: "enc" }],
    ["for other operations", { key_ops: ["encrypt"] }],
    ["of another algorithm", { alg: "ES384" }],
    ["of another curve", { crv: "P-384" }],
    ["of another type", { kty: "oct", k: "AAAA" }],
    ["with a coordinate of another", { x: "AAAA" }],
  ])("has no key %s", async (_, change) => {
    const { kidOf } = keySet({ ...one, ...change }, two);
    expect(await kidOf("one")).toBeUndefined();
    expect(await kidOf("two")).toBe("two");
  });
});
