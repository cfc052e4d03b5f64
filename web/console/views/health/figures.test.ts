import { metricsIn } from "./exposition.ts";
import { charts, mean, rate, type Sample } from "./figures.ts";
import { seriesOf } from "./history.ts";

const sample = (second: number, text: string): Sample => ({
  at: new Date(second * 1_000),
  metrics: metricsIn(`process_start_time_seconds 1\n${text}`),
});
const before = sample(0, 'c{code="OK"} 10\nh_sum 4\nh_count 2');
const after = sample(5, 'c{code="OK"} 20\nc{code="INTERNAL"} 5\nh_sum 10\nh_count 4');

it("grows by so much in a second", () => {
  expect(rate("c", after, before)).toBe(3);
  expect(rate("c", after, before, ({ code }) => code === "INTERNAL")).toBe(1);
  expect(mean("h", after, before)).toBe(3);
});

it.each([
  ["there is one sample", after, undefined],
  ["there is no such counter", sample(5, ""), before],
  ["it began anew", sample(5, "c 1"), before],
  [
    "another process answered",
    { ...after, metrics: metricsIn("process_start_time_seconds 2\nc 99") },
    before,
  ],
])("is not known where %s", (_, now, last) => expect(rate("c", now, last)).toBeUndefined());

it("has no mean of nothing", () => expect(mean("h", { ...before, at: after.at }, before)).toBeUndefined());

it("draws figures from sample to sample, those that are not known as gaps", () => {
  const [calls] = charts;
  const reading = (second: number, count: number) =>
    sample(second, `tallystick_calls_total{code="OK"} ${count}`);
  const series = calls && seriesOf(calls, [reading(0, 0), reading(5, 10), reading(10, 2)]);
  expect(series?.times).toHaveLength(3);
  expect(series?.lines[0]).toEqual({ label: "all", heights: [null, 2, null], texts: ["–", "2", "–"] });
});
