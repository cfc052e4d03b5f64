import { histogramSamples } from "../family.ts";
import { Histogram } from "./histogram.ts";

it("counts a value in the bucket that its bound includes, a row by itself", () => {
  const values = new Histogram([1, 5], 2);
  for (const value of [0, 1, 1.5, 5, 6, 100]) values.add(value, 1);
  expect([...values.row(1).counts]).toEqual([2, 2, 2]);
  expect(values.row(1).sum).toBe(113.5);
  expect([...values.row(0).counts]).toEqual([0, 0, 0]);
});

it("is shown by buckets that hold those before them", () => {
  const values = new Histogram([0.5, 1]);
  for (const value of [0.1, 0.7, 3]) values.add(value);
  expect([...histogramSamples("x", values, { labels: { a: "b" } })]).toEqual([
    { metricName: "x_bucket", labels: { a: "b", le: "0.5" }, value: 1 },
    { metricName: "x_bucket", labels: { a: "b", le: "1" }, value: 2 },
    { metricName: "x_bucket", labels: { a: "b", le: "+Inf" }, value: 3 },
    { metricName: "x_sum", labels: { a: "b" }, value: 3.8 },
    { metricName: "x_count", labels: { a: "b" }, value: 3 },
  ]);
});
