import { changedIn, trimmed } from "./values.ts";

it("is without spaces around it", () => {
  expect(trimmed({ amount: " 5 ", description: "" })).toEqual({ amount: "5", description: "" });
});

it("knows what was changed, and what was made empty", () => {
  const before = { credit: "100", debt: "5", name: " Ann" };
  expect(changedIn({ credit: "", debt: "5 ", name: "Ann", more: "x" }, before)).toEqual({
    credit: "",
    more: "x",
  });
});
