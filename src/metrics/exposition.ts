import {
  AggregatorRegistry,
  type OpenMetricsContentType,
  type PrometheusContentType,
  Registry,
} from "prom-client";
import type { MetricValues } from "./registry.ts";

/** What several processes have together. */
export function together(processes: readonly (readonly MetricValues[])[]): Promise<MetricValues[]> {
  return AggregatorRegistry.aggregate(processes.map((metrics) => [...metrics])).getMetricsAsJSON();
}

/** Those that only grow. */
export function grown(metrics: readonly MetricValues[]): MetricValues[] {
  // prom-client says the type of its own in numbers, and of others as it was given.
  return metrics.filter(({ type }) => ["counter", "histogram"].includes(String(type)));
}

/** Metrics as Prometheus reads them, in the one format or the other. */
export async function exposition(
  metrics: readonly MetricValues[],
  mediaType: string,
): Promise<{ readonly contentType: string; readonly text: string }> {
  const registry = new Registry<PrometheusContentType | OpenMetricsContentType>();
  if (mediaType === "application/openmetrics-text")
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of metrics) registry.registerMetric(written(metric));
  return { contentType: registry.contentType, text: await registry.metrics() };
}

/** OpenMetrics has prom-client change the name, which it then has to find in the values. */
function written(metric: MetricValues): Parameters<Registry["registerMetric"]>[0] {
  const own = { ...metric, get: async () => ({ ...metric, name: own.name }) };
  return own as unknown as Parameters<Registry["registerMetric"]>[0];
}
