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

  it.each(["", "x", "total", "amount".repeat(20)])("is none for %j, which is near nothing", (written) => {
    expect(suggestion(written, ["amount", "currency"])).toBe("");
  });
});
