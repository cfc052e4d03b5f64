import { FailureBudget } from "./failure-budget.ts";

let now: number;
let budget: FailureBudget;
beforeEach(() => {
  now = 1_000_000;
  budget = new FailureBudget({ failuresMax: 3, refillMs: 1_000, namesMax: 100 }, () => now);
});

function fail(name: string, times: number): void {
  for (let time = 0; time < times; time += 1) budget.spend(name);
}

it("allows so many failures at once, then one each time the wait is over", () => {
  for (let time = 0; time < 3; time += 1) {
    expect(budget.waitMs("a")).toBe(0);
    budget.spend("a");
  }
  for (let time = 0; time < 5; time += 1) {
    expect(budget.waitMs("a")).toBe(1_000);
    now += 999;
    expect(budget.waitMs("a")).toBe(1);
    now += 1;
    expect(budget.waitMs("a")).toBe(0);
    budget.spend("a");
  }
});

it("does not let failures beyond it make the wait longer", () => {
  fail("a", 1_000);
  expect(budget.waitMs("a")).toBe(1_000);
  now += 3_000;
  fail("a", 2);
  expect(budget.waitMs("a")).toBe(0);
});

it("is each name's own", () => {
  fail("a", 10);
  expect(budget.waitMs("b")).toBe(0);
});

it("keeps so many names at most, and those that fail before those that do not", () => {
  for (let time = 0; time < 1_000; time += 1) {
    fail("a", 1);
    fail(`b${time}`, 1);
  }
  expect(budget.waitMs("a")).toBeGreaterThan(0);
});
