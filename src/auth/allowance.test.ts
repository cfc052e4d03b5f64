import { Allowance } from "./allowance.ts";

let allowance: Allowance;
beforeEach(() => {
  allowance = new Allowance(100);
});

/** Begins as many calls as there may be, and answers how many are under way. */
function fill(): number {
  while (!allowance.isUsedUp) allowance.calls += 1;
  return allowance.calls;
}

/** Lets so many calls end in turns, each of which begins again where it may. */
function end(count: number, isLate: (index: number) => boolean): void {
  for (let n = 0; n < count; n += 1) {
    if (isLate(n)) allowance.late();
    else allowance.inTime();
    if (!allowance.isUsedUp) allowance.calls += 1;
  }
}

it("is as much as is allowed, as long as calls end in time", () => {
  expect(fill()).toBe(100);
  end(1_000, () => false);
  expect(fill()).toBe(100);
});

it("is less where most are too late, a step for all that are under way, but never less than sixteen", () => {
  fill();
  end(20, () => true);
  expect(fill()).toBe(90);
  end(40, () => true);
  expect(allowance.calls).toBe(50);
  end(1_000, () => true);
  expect(fill()).toBe(16);
});

it("is not less where some are too late, as where one account is locked", () => {
  fill();
  end(10_000, (n) => n % 3 === 0);
  expect(fill()).toBe(100);
});

it("grows again with calls that end in time", () => {
  fill();
  end(1_000, () => true);
  end(160, () => false);
  expect(fill()).toBe(56);
  end(10_000, () => false);
  expect(fill()).toBe(100);
});

it("allows a caller that may have few calls no more for being too late", () => {
  allowance = new Allowance(2);
  fill();
  end(100, () => true);
  expect(fill()).toBe(2);
});
