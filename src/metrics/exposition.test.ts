import { exposition, grown, together } from "./exposition.ts";
import { counter, counters, gauge, type Sample } from "./family.ts";
import { Metrics, type MetricValues } from "./registry.ts";

/** A process with these two, and what every process has. */
function processOf(calls: number, oldest: number): Promise<MetricValues[]> {
  return new Metrics([
    counter({ name: "calls_total", help: "Calls." }, () => calls),
    gauge({ name: "oldest_seconds", help: "The oldest.", together: "max" }, () => oldest),
    gauge({ name: "end_seconds", help: "Not there." }, () => undefined),
  ]).read();
}

const valuesOf = (metrics: readonly MetricValues[], name: string) =>
  metrics.find((metric) => metric.name === name)?.values.map(({ value }) => value);

it("is Prometheus' text", async () => {
  const { contentType, text } = await exposition(await processOf(3, 4), "text/plain");
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain("# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 3\n");
  expect(text).toMatch(/^process_cpu_seconds_total [\d.e-]+$/m);
  expect(text).not.toMatch(/nan|inf(?!o)(?!")/i);
});

it("has a series that is waited for from the beginning, and others once they are counted", () => {
  const named = { name: "x_total", help: "X.", label: "cause", names: ["a", "b"] };
  const samples = counters(named, () => [
    ["b", 2],
    ["c", 1],
  ]).samples();
  expect([...(samples as Iterable<Sample>)].map(({ labels, value }) => [labels["cause"], value])).toEqual([
    ["a", 0],
    ["b", 2],
    ["c", 1],
  ]);
});

it("is OpenMetrics where that is asked for", async () => {
  const { contentType, text } = await exposition(await processOf(3, 4), "application/openmetrics-text");
  expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(text).toContain("# HELP calls Calls.\n# TYPE calls counter\ncalls_total 3\n");
  expect(text.endsWith("\n# EOF\n")).toBe(true);
});

it("says of several processes what they come to, or the worst of them", async () => {
  const both = await together([await processOf(3, 4), await processOf(5, 1)]);
  expect(valuesOf(both, "calls_total")).toEqual([8]);
  expect(valuesOf(both, "oldest_seconds")).toEqual([4]);
  expect(valuesOf(both, "end_seconds")).toEqual([]);
  expect(valuesOf(both, "process_start_time_seconds")).toHaveLength(1);
});

it("keeps of a process that is gone what only grows", async () => {
  const names = grown(await processOf(3, 4)).map(({ name }) => name);
  expect(names).toContain("calls_total");
  expect(names).toContain("process_cpu_seconds_total");
  expect(names).toContain("nodejs_gc_duration_seconds");
  expect(names).not.toContain("oldest_seconds");
  expect(names).not.toContain("process_resident_memory_bytes");
});
