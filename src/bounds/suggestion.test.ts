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
});
