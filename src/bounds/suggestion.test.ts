import fc from "fast-check";
import { nearestOf, suggestion } from "./suggestion.ts";

describe("a suggestion", () => {
  it.each([
    ["amuont", "amount"],
    ["custmer", "customer"],
    ["pagesize", "pageSize"],
    ["currrency", "currency"],
    ["organisations", "organizations"],
  ])("for %s is %s", (written, meant) => {
    const names = ["key", "amount", "customer", "pageSize", "pageToken", "currency", "organizations"];
    expect(nearestOf(written, names)).toBe(meant);
    expect(suggestion(written, names)).toBe(`; did you mean ${meant}?`);
  });

  it.each([
    ["idempotencyKey", "key"],
    ["idempotency_key", "key"],
    ["Idempotency-Key", "key"],
    ["customerId", "customer"],
    ["currencyCode", "currency"],
    ["toCustomerId", "toCustomer"],
  ])("for %s, which says more than the name, is %s", (written, meant) => {
    const names = ["key", "amount", "customer", "toCustomer", "currency"];
    expect(suggestion(written, names)).toBe(`; did you mean ${meant}?`);
  });

  it.each(["keyboard", "monkey", "customersAccount"])("is no part of a word in %s", (written) => {
    expect(suggestion(written, ["key", "customer"])).toBe("");
  });

  it.each(["", "x", "total", "amount".repeat(20)])("is none for %j, which is near nothing", (written) => {
    expect(suggestion(written, ["amount", "currency"])).toBe("");
  });

  it("is the name with the fewest changes, of all that there are", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 14 });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 6 }), (written, names) => {
        const changes = names.map((name) => changesBetween(written, name));
        const least = Math.min(...changes);
        const isNear = least <= Math.min(3, Math.max(1, Math.floor(written.length / 3)));
        expect(nearestOf(written, names)).toBe(isNear ? names[changes.indexOf(least)] : undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The whole table, as it is in the books. */
function changesBetween(a: string, b: string): number {
  const table = [...Array(a.length + 1)].map((_, i) =>
    [...Array(b.length + 1)].map((__, j) => (i === 0 ? j : i)),
  );
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(i - 2, j - 2) + 1 : replaced;
      table[i]?.splice(j, 1, Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
