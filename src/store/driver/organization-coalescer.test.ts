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
