import type { Series } from "../../components/chart/series.ts";
import type { ChartOf, Sample } from "./figures.ts";

/** Samples that the page keeps: ten minutes of them. */
const samplesMax = 120;
export const pauseMs = 5_000;

export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples, sample].slice(-samplesMax);
}

/** The lines of a chart over the samples. */
export function seriesOf(chart: ChartOf, samples: readonly Sample[]): Series {
  const figures = samples.map((sample, index) => chart.of(sample, samples[index - 1]));
  const labels = [...new Set(figures.flatMap((each) => Object.keys(each)))];
  return {
    times: samples.map(({ at }) => at),
    lines: labels.map((label) => ({
      label,
      heights: figures.map(({ [label]: value }) => value ?? null),
      texts: figures.map(({ [label]: value }) => figureText(value)),
    })),
  };
}

/** Three digits of what is no amount but a measurement. */
function figureText(value: number | undefined): string {
  if (value === undefined) return "–";
  return value.toLocaleString("en", { maximumSignificantDigits: value < 1_000 ? 3 : 6 });
}
