import { Pace } from "./pace.ts";

it("knows nothing before the first window is over", () => {
  const pace = new Pace();
  for (const now of [1_000, 1_049]) pace.take(500, now);
  expect(pace.msOf(100)).toBe(0);
});

it("says how long those who wait will take, by what was taken in each window", () => {
  const pace = new Pace();
  for (const now of [1_000, 1_020, 1_021, 1_050]) pace.take(100, now);
  expect(pace.msOf(60)).toBe(10);
  pace.take(100, 1_100);
  expect(pace.msOf(40)).toBe(10);
});

it("is slower after a time in which nothing was taken", () => {
  const pace = new Pace();
  for (const now of [0, 50]) pace.take(100, now);
  pace.take(1, 2_050);
  expect(pace.msOf(100)).toBeGreaterThan(90);
});
