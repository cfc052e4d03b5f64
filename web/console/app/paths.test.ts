import { filled, matched } from "./paths.ts";

it.each([
  ["customers", "customers", {}],
  ["customers/:customer", "customers/ann@example.com", { customer: "ann@example.com" }],
  ["customers/:customer/:tab", "customers/a%2Fb/statement", { customer: "a/b", tab: "statement" }],
  ["customers", "customers/", {}],
  ["customers", "holds", undefined],
  ["customers/:customer", "customers", undefined],
  ["customers/:customer", "customers/%", undefined],
])("%s in %s is %j", (pattern, path, found) => expect(matched(pattern, path)).toEqual(found));

it("is filled with any text, and found again", () => {
  const parameters = { customer: "a/b?c#d %", tab: "holds" };
  const path = filled("customers/:customer/:tab", parameters);
  expect(path).toBe("customers/a%2Fb%3Fc%23d%20%25/holds");
  expect(matched("customers/:customer/:tab", path)).toEqual(parameters);
});
