import { FreshCache } from "./fresh-cache.ts";

const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 3 };
let now = 0;
let cache: FreshCache<string>;

beforeEach(() => {
  now = 0;
  cache = new FreshCache(freshness, () => now);
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A loader that answers one value after the other, and then nothing. */
function loading(...values: (string | Error)[]) {
  return jest.fn(async () => {
    const value = values.shift();
    if (value instanceof Error) throw value;
    return value;
  });
}

describe("FreshCache", () => {
  it("loads once while what it has is fresh", async () => {
    const load = loading("one", "two");
    for (now of [0, 500, 1_000]) expect(await cache.get("key", load)).toBe("one");
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("answers at once with what is stale, and loads it anew beside", async () => {
    const load = loading("one", "two");
    await cache.get("key", load);
    now = 1_001;
    expect(await cache.get("key", load)).toBe("one");
    await settle();
    expect(await cache.get("key", load)).toBe("two");
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("waits for the load where what it has is too old", async () => {
    const load = loading("one", "two");
    await cache.get("key", load);
    now = 4_001;
    expect(await cache.get("key", load)).toBe("two");
  });

  it("is never older than staleMs, even when the loads beside fail or hang", async () => {
    await cache.get("key", loading("one"));
    now = 2_000;
    expect(await cache.get("key", loading(new Error("down")))).toBe("one");
    await settle();
    now = 4_000;
    const hanging = jest.fn(() => new Promise<string>(() => undefined));
    expect(await cache.get("key", hanging)).toBe("one");
    now = 4_001;
    expect(await Promise.race([cache.get("key", hanging), settle().then(() => "waits")])).toBe("waits");
    expect(hanging).toHaveBeenCalledTimes(1);
  });

  it("counts the age from before the load", async () => {
    await cache.get("key", async () => {
      now = 3_000;
      return "one";
    });
    const load = loading("two");
    now = 4_001;
    expect(await cache.get("key", load)).toBe("two");
  });

  it("forgets what is gone", async () => {
    const load = loading("one");
    await cache.get("key", load);
    now = 1_500;
    await cache.get("key", load);
    await settle();
    expect(await cache.get("key", load)).toBeUndefined();
  });

  it("does not keep what does not exist", async () => {
    expect(await cache.get("key", loading())).toBeUndefined();
    expect(await cache.get("key", loading("made meanwhile"))).toBe("made meanwhile");
  });

  it("shares one load among all who ask at once, also when it fails", async () => {
    const load = loading(new Error("down"), "one");
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => cache.get("key", load)));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await cache.get("key", load)).toBe("one");
  });

  it("keeps no more than it may, and forgets the oldest", async () => {
    for (const key of ["a", "b", "c", "d"]) await cache.get(key, loading(key));
    const load = loading("a again");
    expect(await cache.get("d", load)).toBe("d");
    expect(load).not.toHaveBeenCalled();
    expect(await cache.get("a", load)).toBe("a again");
  });
});
