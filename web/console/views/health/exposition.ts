/** A figure of a metric, with its labels. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What /metrics says, by the name of the metric. */
export type Metrics = ReadonlyMap<string, readonly MetricValue[]>;

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const escapes: Readonly<Record<string, string>> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** Reads the text format of Prometheus. */
export function metricsIn(text: string): Metrics {
  const metrics = new Map<string, MetricValue[]>();
  for (const each of text.split("\n")) {
    const [, name, labels = "", value] = line.exec(each) ?? [];
    if (name === undefined || value === undefined) continue;
    const figure = { labels: labelsIn(labels), value: Number(value.replace("Inf", "Infinity")) };
    const others = metrics.get(name);
    if (others === undefined) metrics.set(name, [figure]);
    else others.push(figure);
  }
  return metrics;
}

function labelsIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(label)].map(([, name = "", value = ""]) => [
    name,
    value.replaceAll(/\\[n"\\]/g, (escaped) => escapes[escaped] ?? escaped),
  ]);
  return Object.fromEntries(pairs);
}

type Wanted = (labels: MetricValue["labels"]) => boolean;

/** The sum of a metric over all its labels, or some; undefined where there is none of that name. */
export function total(metrics: Metrics, name: string, wanted: Wanted = () => true): number | undefined {
  const found = metrics.get(name);
  if (found === undefined) return undefined;
  return found.reduce((sum, { labels, value }) => (wanted(labels) ? sum + value : sum), 0);
}

/** The values that a label of a metric has. */
export function valuesOf(metrics: Metrics, name: string, of: string): string[] {
  return [...new Set((metrics.get(name) ?? []).map(({ labels }) => labels[of] ?? ""))];
}
