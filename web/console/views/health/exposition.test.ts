import { metricsIn, total, valuesOf } from "./exposition.ts";

const text = `# HELP tallystick_calls_total Calls that ended.
# TYPE tallystick_calls_total counter
tallystick_calls_total{method="a/B",code="OK",protocol="rest"} 12
tallystick_calls_total{method="a/C",code="INTERNAL",protocol="rest"} 3

tallystick_ready 1
nodejs_version_info{version="v24.1.0",odd="a\\"b}\\\\n, c=\\"\\n"} 1
tallystick_batch_operations_bucket{le="+Inf"} 7
process_start_time_seconds 1.764e9
odd_value +Inf
`;

it("reads names, labels and values", () => {
  const metrics = metricsIn(text);
  expect(total(metrics, "tallystick_calls_total")).toBe(15);
  expect(total(metrics, "tallystick_calls_total", ({ code }) => code === "INTERNAL")).toBe(3);
  expect(valuesOf(metrics, "tallystick_calls_total", "code")).toEqual(["OK", "INTERNAL"]);
  expect(total(metrics, "tallystick_ready")).toBe(1);
  expect(total(metrics, "process_start_time_seconds")).toBe(1_764_000_000);
  expect(total(metrics, "odd_value")).toBe(Number.POSITIVE_INFINITY);
  expect(metrics.get("nodejs_version_info")?.[0]?.labels).toEqual({
    version: "v24.1.0",
    odd: 'a"b}\\n, c="\n',
  });
});

it("has nothing of what is not there", () => {
  expect(total(metricsIn(""), "tallystick_ready")).toBeUndefined();
  expect(valuesOf(metricsIn("no metrics at all\n{}"), "x", "y")).toEqual([]);
});
