import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { BalancePoint } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { clockText, dayText } from "../../words/time.ts";
import { drawn, linesOf } from "./points.ts";

interface PlotProps {
  readonly points: readonly BalancePoint[];
  readonly isStepped: boolean;
  /** A moment to mark. */
  readonly marked?: Date | undefined;
  /** Where the lines begin, where that is not with the first point. */
  readonly from?: Date | undefined;
  /** The point that is read. */
  readonly cursor: number;
  read(index: number): void;
}

const height = 260;

/** The lines. They are steps: a balance is what it was until it changes. */
export function Plot({ points, isStepped, marked, from, cursor, read }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new UPlot(
      optionsOf(element, { isStepped, marked, read }),
      drawn(points, isStepped),
      element,
    );
    plot.current = made;
    const [last] = made.data[0].slice(-1);
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
  }, [points, isStepped, marked]);
  useEffect(() => {
    const made = plot.current;
    const time = made?.data[0][cursor];
    if (made == null || time === undefined) return;
    made.setCursor({ left: made.valToPos(time, "x"), top: 0 }, false);
  }, [cursor, points]);
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
  { isStepped, marked, read }: Pick<PlotProps, "isStepped" | "marked" | "read">,
): UPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
  // What was lowest, was so before its point; all else is from its point on.
  const [before, after] = ([-1, 1] as const).map((align) => UPlot.paths.stepped?.({ align }));
  const axis: UPlot.Axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 } };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { drag: { setScale: false }, y: false },
    scales: { x: { time: true } },
    axes: [
      { ...axis, values: (_plot, times) => timesText(times) },
      { ...axis, size: 76 },
    ],
    series: [
      {},
      ...linesOf(isStepped).map(({ name, colour: of }) => ({
        ...{ stroke: colour(of), width: name === "lowestAvailable" ? 1 : 2, points: { show: false } },
        paths: (name === "lowestAvailable" ? before : after) ?? null,
        ...(name === "minimumBalance" && { dash: [6, 4] }),
      })),
    ],
    hooks: {
      setCursor: [({ cursor: { idx, event } }) => idx != null && event != null && read(idx)],
      draw: [(plot) => marked !== undefined && mark(plot, marked, colour("--bad")())],
    },
  };
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
