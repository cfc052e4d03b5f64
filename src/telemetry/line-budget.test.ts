import { LineBudget } from "./line-budget.ts";

it("gives so many in a second, and as many again once that is over", () => {
  const budget = new LineBudget(2);
  const taken = [0, 0, 0, 999, 1_000, 1_000, 1_000, 1_999, 2_000].map((nowMs) => budget.take(nowMs));
  expect(taken).toEqual([true, true, false, false, true, true, false, false, true]);
});
