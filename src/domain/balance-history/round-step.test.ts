import fc from "fast-check";
import { multiplesInside, stepFor } from "./round-step.ts";

const at = (text: string) => new Date(text);
const span = (from: string, to: string) => ({ from: at(from), to: at(to) });

it.each([
  ["a day in a hundred parts", span("2026-11-25T14:03:07Z", "2026-11-26T14:03:07Z"), 100, 15 * 60_000],
  ["an hour in ten", span("2026-11-26T14:00:00Z", "2026-11-26T15:00:00Z"), 10, 10 * 60_000],
  ["a year in 366", span("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), 366, 86_400_000],
  ["a moment", span("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), 10, 1],
])("of %s is round", (_, which, parts, step) => {
  expect(stepFor(which, parts)).toBe(step);
});

it("cuts a span at its multiples in UTC", () => {
  const inside = multiplesInside(span("2026-11-25T14:03:07Z", "2026-11-25T18:00:00Z"), 3_600_000);
  expect(inside.map((each) => each.toISOString().slice(11, 16))).toEqual(["15:00", "16:00", "17:00"]);
});

it("makes of any span no more parts than are asked for, and nearly as many, between its ends", () => {
  const moment = fc.integer({
    min: Date.parse("0001-01-01T00:00:00Z"),
    max: Date.parse("9999-12-31T00:00:00Z"),
  });
  const spans = fc
    .tuple(moment, moment)
    .map((ends) => ends.sort((a, b) => a - b).map((each) => new Date(each)));
  fc.assert(
    fc.property(spans, fc.integer({ min: 9, max: 500 }), ([from, to], parts) => {
      if (from === undefined || to === undefined) throw new Error("no span");
      const step = stepFor({ from, to }, parts);
      const inside = multiplesInside({ from, to }, step);
      expect(inside.length).toBeLessThan(parts);
      // The step before it, of which this is no more than two and a half times, would make too many.
      if (step > 1) expect(inside.length + 1).toBeGreaterThan(parts / 4);
      const times = [from, ...inside, to].map((each) => each.getTime());
      for (const [index, each] of times.entries())
        if (index > 1) expect(each).toBeGreaterThan(times[index - 1] ?? 0);
      expect(inside.every((each) => each.getTime() % step === 0)).toBe(true);
    }),
  );
});
