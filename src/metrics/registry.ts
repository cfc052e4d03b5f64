import { collectDefaultMetrics, type MetricObjectWithValues, type MetricValue, Registry } from "prom-client";
import type { Family } from "./family.ts";

/** A metric with its values, as one process tells another. */
export type MetricValues = MetricObjectWithValues<MetricValue<string>>;

/** What says nothing that process_open_fds does not, and what is no time before something was measured. */
const leftOut = [
  ...["handles", "requests", "resources"].flatMap((what) => [
    `nodejs_active_${what}`,
    `nodejs_active_${what}_total`,
  ]),
  "nodejs_eventloop_lag_min_seconds",
];

/** How processes have one value together, where prom-client's way would hide the worst of them, or leave it out. */
const together: Readonly<Record<string, string>> = {
  process_start_time_seconds: "min",
  nodejs_eventloop_lag_seconds: "max",
  nodejs_eventloop_lag_mean_seconds: "max",
  nodejs_eventloop_lag_stddev_seconds: "max",
  nodejs_eventloop_lag_p50_seconds: "max",
  nodejs_eventloop_lag_p90_seconds: "max",
  nodejs_eventloop_lag_p99_seconds: "max",
};

/** The metrics of one process. */
export class Metrics {
  readonly #registry = new Registry();

  /** @param families beside those of the process itself: its processor time, memory, garbage collection and event loop */
  constructor(families: readonly Family[]) {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of leftOut) this.#registry.removeSingleMetric(name);
    for (const [name, aggregator] of Object.entries(together))
      Object.assign(this.#registry.getSingleMetric(name) ?? {}, { aggregator });
    for (const family of families) this.#registry.registerMetric(metricOf(family));
  }

  /** All of them as they are now. A value that is no number yet is left out. */
  async read(): Promise<MetricValues[]> {
    const metrics = await this.#registry.getMetricsAsJSON();
    return metrics.map((metric) => ({
      ...metric,
      values: metric.values.filter(({ value }) => Number.isFinite(value)),
    }));
  }
}

/** As prom-client takes what is counted elsewhere. */
function metricOf({
  name,
  type,
  help,
  together,
  samples,
}: Family): Parameters<Registry["registerMetric"]>[0] {
  const get = async () => ({ name, type, help, aggregator: together, values: [...(await samples())] });
  return { name, help, get } as unknown as Parameters<Registry["registerMetric"]>[0];
}
