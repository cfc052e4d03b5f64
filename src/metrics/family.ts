import type { Histogram } from "./counts/histogram.ts";

export type Labels = Readonly<Record<string, string>>;

/** A value of a metric at a moment. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Where it is not that of the family: one of the series of a histogram. */
  readonly metricName?: string;
}

/** A metric with all of its series. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** One sentence. */
  readonly help: string;
  /** The names of its labels. */
  readonly labels: readonly string[];
  /** How several processes have one value together. */
  readonly together: "sum" | "max" | "min" | "first";
  readonly samples: () => Iterable<Sample> | Promise<Iterable<Sample>>;
}

type Described = Pick<Family, "name" | "help">;

/** One that only grows. */
export function counter(of: Described, value: () => number): Family {
  return {
    ...of,
    type: "counter",
    labels: [],
    together: "sum",
    samples: () => [{ labels: {}, value: value() }],
  };
}

/**
 * The same by a label. Names that are given are there from the beginning: Prometheus sees no growth in what begins with its first
 * event. Others come as they are first counted.
 */
export function counters(
  of: Described & { readonly label: string; readonly names: readonly string[] },
  counts: () => Iterable<readonly [name: string, count: number]>,
): Family {
  const { label, names, ...described } = of;
  const samples = () => labelled(label, new Map([...names.map((name) => [name, 0] as const), ...counts()]));
  return { ...described, type: "counter", labels: [label], together: "sum", samples };
}

/** One that goes up and down. */
export function gauge(
  of: Described & Partial<Pick<Family, "together">>,
  value: () => number | undefined | Promise<number>,
): Family {
  const samples = async () => {
    const now = await value();
    return now === undefined ? [] : [{ labels: {}, value: now }];
  };
  return { together: "sum", ...of, type: "gauge", labels: [], samples };
}

/** The same by a label. */
export function gauges(
  of: Described & { readonly label: string },
  values: () => Iterable<readonly [name: string, value: number]>,
): Family {
  const { label, ...described } = of;
  const samples = () => labelled(label, values());
  return { ...described, type: "gauge", labels: [label], together: "sum", samples };
}

/** A histogram without labels. */
export function histogram(of: Described, values: Histogram): Family {
  const samples = () => histogramSamples(of.name, values);
  return { ...of, type: "histogram", labels: [], together: "sum", samples };
}

/** The series of one row of a histogram: in each bucket is what is in those before it. */
export function* histogramSamples(
  name: string,
  values: Histogram,
  { labels = {}, row = 0 }: { readonly labels?: Labels; readonly row?: number } = {},
): Iterable<Sample> {
  const { counts, sum } = values.row(row);
  let count = 0;
  for (const [bucket, inBucket] of counts.entries()) {
    count += inBucket;
    const bound = values.bounds[bucket];
    const le = bound === undefined ? "+Inf" : String(bound);
    yield { labels: { ...labels, le }, value: count, metricName: `${name}_bucket` };
  }
  yield { labels, value: sum, metricName: `${name}_sum` };
  yield { labels, value: count, metricName: `${name}_count` };
}

function* labelled(label: string, values: Iterable<readonly [string, number]>): Iterable<Sample> {
  for (const [name, value] of values) yield { labels: { [label]: name }, value };
}
