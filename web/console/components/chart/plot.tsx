import { useLayoutEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clockText, dayText } from "../../words/time.ts";
import type { Drawn } from "./points.ts";

/** How a line looks. */
export interface LineStyle {
  /** The name of a colour of the style. */
  readonly colour: string;
  readonly isDashed?: boolean;
  /** Whether a point tells of the time since the one before it; else it tells of the time from it on. */
  readonly isOfStep?: boolean;
}

interface PlotProps {
  readonly drawn: Drawn;
  /** One a line of what is drawn; the same object from time to time. */
  readonly lines: readonly LineStyle[];
  /** A moment to mark. */
  readonly marked?: Date | undefined;
  /** Where the lines begin, where that is not with the first point. */
  readonly from?: Date | undefined;
  /** The point that is read. */
  readonly cursor: number;
  readonly size?: keyof typeof heights;
  read(index: number): void;
}

/** In pixels. */
const heights = { usual: 260, small: 150 } as const;
/** A label with seconds, and room to tell it from the next. */
const timeSpace = 80;
/** Half of a label with the day, which may stand below the right edge. */
const rightPadding = 34;

/** The lines. They are steps: what was so is so until it changes. */
export function Plot({ drawn, lines, marked, from, cursor, size = "usual", read }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const height = heights[size];
    const made = new UPlot(optionsOf(element, { lines, marked, height, read }), drawn, element);
    plot.current = made;
    const last = drawn[0].at(-1);
    if (from !== undefined && last !== undefined)
      made.setScale("x", { min: from.getTime() / 1_000, max: last });
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const stop = whenColoursChange(() => made.redraw(false, true));
    return () => {
      resized.disconnect();
      stop();
      made.destroy();
    };
  }, [drawn, lines, marked, from, size]);
  useLayoutEffect(() => {
    const made = plot.current;
    const time = made?.data[0][cursor];
    if (made == null || time === undefined) return;
    made.setCursor({ left: made.valToPos(time, "x"), top: 0 }, false);
  }, [cursor, drawn, lines]);
  return <div class="chart-plot" ref={place} aria-hidden="true" />;
}

/** By the system, or by the reader's own choice. */
function whenColoursChange(redraw: () => void): () => void {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", redraw);
  const chosen = new MutationObserver(redraw);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    scheme.removeEventListener("change", redraw);
    chosen.disconnect();
  };
}

function optionsOf(
  element: HTMLElement,
  { lines, marked, height, read }: Pick<PlotProps, "lines" | "marked" | "read"> & { readonly height: number },
): UPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
  const [before, after] = ([-1, 1] as const).map((align) => UPlot.paths.stepped?.({ align }));
  const axis: UPlot.Axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 } };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { drag: { setScale: false }, y: false },
    padding: [null, rightPadding, null, null],
    scales: { x: { time: true } },
    axes: [
      { ...axis, space: timeSpace, values: (_plot, times) => timesText(times) },
      { ...axis, size: 76 },
    ],
    series: [
      {},
      ...lines.map(({ colour: name, isDashed, isOfStep }) => ({
        ...{ stroke: colour(name), width: isOfStep ? 1 : 2, points: { show: false } },
        ...pathsOf(isOfStep ? before : after),
        ...(isDashed && { dash: [6, 4] }),
      })),
    ],
    hooks: {
      setCursor: [({ cursor: { idx, event } }) => idx != null && event != null && read(idx)],
      draw: [(plot) => marked !== undefined && mark(plot, marked, colour("--bad")())],
    },
  };
}

function pathsOf(paths: UPlot.Series.PathBuilder | undefined): Pick<UPlot.Series, "paths"> {
  return paths === undefined ? {} : { paths };
}

/** With the day where it is another one than that of the label before, and with seconds where minutes do not tell labels apart. */
function timesText(times: readonly number[]): string[] {
  const dates = times.map((time) => new Date(time * 1_000));
  const isWithinMinutes = dates.some((date) => date.getSeconds() !== 0);
  return dates.map((date, index) => {
    const before = dates[index - 1];
    const clock = clockText(date).slice(0, isWithinMinutes ? 8 : 5);
    const isNewDay = before === undefined || dayText(before) !== dayText(date);
    return isNewDay ? `${clock}\n${dayText(date)}` : clock;
  });
}

function mark({ ctx, bbox, valToPos }: UPlot, at: Date, colour: string): void {
  const x = valToPos(at.getTime() / 1_000, "x", true);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
