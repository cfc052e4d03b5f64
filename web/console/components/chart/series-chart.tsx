import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { timeText } from "../../words/time.ts";
import { type Column, Table } from "../table.tsx";
import { ChartSlider } from "./chart-slider.tsx";
import { Plot } from "./plot.tsx";
import type { Drawn } from "./points.ts";
import { type Series, type SeriesLine, styleOf } from "./series.ts";

interface SeriesChartProps {
  readonly label: string;
  readonly series: Series;
  /** What a point is: `A point is what was done in an hour.` */
  readonly about?: string;
  readonly size?: "usual" | "small";
}

/** Figures over time: as lines, as the figures of the point that the pointer or the arrow keys are at, and as a table. */
export function SeriesChart({ label, series, about, size = "usual" }: SeriesChartProps) {
  const { times, lines } = series;
  const last = times.length - 1;
  const [asked, setAsked] = useState<number>();
  // Whoever reads the newest goes on with what comes.
  useLayoutEffect(() => setAsked(undefined), [lines.length]);
  const cursor = Math.min(asked ?? last, last);
  const styles = useMemo(() => lines.map((_, index) => styleOf(index)), [lines.length]);
  const drawn = useMemo(
    (): Drawn => [times.map((time) => time.getTime() / 1_000), ...lines.map(({ heights }) => [...heights])],
    [series],
  );
  const time = times[cursor];
  if (time === undefined) return null;
  const move = (to: number) => setAsked(to === last ? undefined : to);
  const read = lines.map((line) => [line.label, line.texts[cursor] ?? ""] as const);
  return (
    <div class="chart">
      <p class="legend">
        {lines.map((line, index) => (
          <span key={line.label} class={`line-${(index % 5) + 1}${styleOf(index).isDashed ? " dashed" : ""}`}>
            {line.label}
          </span>
        ))}
      </p>
      <ChartSlider
        label={label}
        spoken={`${timeText(time)}: ${read.map((each) => each.join(" ")).join(", ")}`}
        cursor={cursor}
        last={last}
        move={move}
      >
        <Plot drawn={drawn} lines={styles} cursor={cursor} size={size} read={move} />
      </ChartSlider>
      <p class="chart-tip">
        <time dateTime={time.toISOString()}>{timeText(time)}</time>
        {read.map(([name, text]) => (
          <span key={name}>
            {" · "}
            {name} <span class="amount">{text}</span>
          </span>
        ))}
      </p>
      {about !== undefined && <p class="quiet">{about}</p>}
      <details>
        <summary>As a table</summary>
        <Table
          caption={label}
          rows={times.map((_, index) => index)}
          keyOf={String}
          columns={[
            { title: "Time", cell: (index) => <PointTime of={times[index]} /> },
            ...lines.map(columnOf),
          ]}
        />
      </details>
    </div>
  );
}

function columnOf({ label, texts }: SeriesLine): Column<number> {
  return { title: label, isNumber: true, cell: (index) => <span class="amount">{texts[index]}</span> };
}

function PointTime({ of }: { of: Date | undefined }) {
  return of === undefined ? null : <time dateTime={of.toISOString()}>{timeText(of)}</time>;
}
