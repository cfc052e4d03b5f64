import { OrganizationCoalescer } from "./organization-coalescer.ts";

it("loads what comes together once an organization, and never for two at once", async () => {
  const loads: string[] = [];
  const coalescer = new OrganizationCoalescer<string, string>(
    async (orgId, keys) => {
      loads.push(`${orgId}: ${keys.join(" ")}`);
      return keys.map((key) => `${orgId}/${key}`);
    },
    { nameOf: (key) => key, keysMax: 10, loadsMax: 2 },
  );
  const asked = [
    ["one", "a"],
    ["two", "a"],
    ["one", "b"],
    ["one", "a"],
  ] as const;
  const answers = await Promise.all(asked.map(([orgId, key]) => coalescer.get(orgId, key)));
  expect(answers).toEqual(["one/a", "two/a", "one/b", "one/a"]);
  expect(loads).toEqual(["one: a b", "two: a"]);
  expect(await coalescer.get("one", "c")).toBe("one/c");
});

it("answers on after a load that failed", async () => {
  let isBroken = true;
  const coalescer = new OrganizationCoalescer<string, string>(
    async (_orgId, keys) => {
      if (isBroken) throw new Error("broken");
      return keys;
    },
    { nameOf: (key) => key, keysMax: 10, loadsMax: 1 },
  );
  await expect(coalescer.get("one", "a")).rejects.toThrow("broken");
  isBroken = false;
  expect(await coalescer.get("one", "a")).toBe("a");
});

it("refuses with OVERLOADED what would wait beside too many of its organization, as many as are left for others", async () => {
  const loads: (() => void)[] = [];
  const coalescer = new OrganizationCoalescer<string, string>(
    (_orgId, keys) => new Promise((resolve) => loads.push(() => resolve(keys))),
    { nameOf: (key) => key, keysMax: 25_000, loadsMax: 1 },
  );
  const overloaded = { refusal: { reason: "OVERLOADED" } };
  const ask = (orgId: string) => coalescer.get(orgId, "a");
  const waiting = Array.from({ length: 25_000 }, () => ask("one"));
  await expect(ask("one")).rejects.toMatchObject(overloaded);
  waiting.push(...Array.from({ length: 12_500 }, () => ask("two")));
  await expect(ask("two")).rejects.toMatchObject(overloaded);
  waiting.push(ask("three"));
  while (loads.length < 3) await new Promise(setImmediate);
  for (const answer of loads) answer();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(["a"]));
  const next = ask("one");
  while (loads.length < 4) await new Promise(setImmediate);
  loads[3]?.();
  expect(await next).toBe("a");
});
