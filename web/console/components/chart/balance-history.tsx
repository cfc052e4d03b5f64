import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { BalancePoint, GetBalanceHistoryResponse } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { placesIn } from "../../money/amount-text.ts";
import { dateOf, durationText } from "../../words/time.ts";
import { Amount } from "../amount.tsx";
import { type Column, Table } from "../table.tsx";
import { Time } from "../time.tsx";
import { ChartSlider } from "./chart-slider.tsx";
import { Plot } from "./plot.tsx";
import { drawn, firstSeen, linesOf, pointAt } from "./points.ts";

interface BalanceHistoryProps {
  readonly history: GetBalanceHistoryResponse;
  readonly currency: string;
  /** A moment to mark, and to read first. */
  readonly marked?: Date | undefined;
}

/**
 * A balance over time, three ways: as lines, as the exact figures of the point that the pointer or the arrow keys are at, and as a
 * table.
 */
export function BalanceHistory({ history, currency, marked }: BalanceHistoryProps) {
  const { points, step } = history;
  const [cursor, setCursor] = useState(0);
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(
    () => setCursor(marked === undefined ? points.length - 1 : pointAt(points, marked)),
    [points, marked],
  );
  const isStepped = step !== undefined;
  const lines = linesOf(isStepped);
  const heights = useMemo(() => drawn(points, isStepped), [points, isStepped]);
  const from = useMemo(() => (marked === undefined ? undefined : firstSeen(history)), [history, marked]);
  const last = points.length - 1;
  const point = points[Math.min(cursor, last)];
  if (point === undefined) return null;
  const stepMs = step && Number(step.seconds) * 1_000 + step.nanos / 1_000_000;
  return (
    <div class="chart">
      <p class="legend">
        {lines.map(({ name, label }) => (
          <span key={name} class={`of-${name}`}>
            {label}
          </span>
        ))}
      </p>
      <ChartSlider
        label={`Balance in ${currency} over time`}
        spoken={spoken(point, currency)}
        cursor={cursor}
        last={last}
        move={setCursor}
      >
        <Plot drawn={heights} lines={lines} marked={marked} from={from} cursor={cursor} read={setCursor} />
      </ChartSlider>
      <Reading point={point} currency={currency} />
      <p class="quiet">{aboutPoints(points, stepMs)} The arrow keys read point by point.</p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>As a table</summary>
        {isOpen && (
          <Table
            caption={`Balance in ${currency} over time`}
            rows={points}
            keyOf={keyOf}
            columns={columnsOf(points, currency, isStepped)}
          />
        )}
      </details>
    </div>
  );
}

function aboutPoints(points: readonly BalancePoint[], stepMs: number | undefined): string {
  if (stepMs === undefined) return `Each change has a point: ${points.length} of them.`;
  const step = `A point each ${stepMs < 1_000 ? `${stepMs} ms` : durationText(stepMs)}`;
  return points.some(({ lowestAvailable }) => lowestAvailable === "")
    ? `${step}. There were too many changes to know the lowest between two points: choose a shorter period.`
    : `${step}, with the lowest that was available since the one before.`;
}

function keyOf({ readTime: time }: BalancePoint): string {
  return `${time?.seconds}.${time?.nanos}`;
}

function spoken(
  { readTime: time, posted, held, minimumBalance, available }: BalancePoint,
  currency: string,
): string {
  const at = dateOf(time)?.toLocaleString() ?? "";
  return `${at}: balance ${posted}, held ${held || "unknown"}, available ${available || "unknown"}, may go down to ${minimumBalance || "unknown"} ${currency}`;
}

function Reading({ point, currency }: { point: BalancePoint; currency: string }) {
  const { readTime: time, posted, held, available, minimumBalance } = point;
  const figures = [
    ["Balance", posted],
    ["held", held],
    ["available", available],
    ["may go down to", minimumBalance],
  ] as const;
  return (
    <p class="chart-tip">
      <Time of={time} />
      {figures.map(([label, text]) => (
        <span key={label}>
          {" · "}
          {label} <Known of={text} currency={currency} />
        </span>
      ))}{" "}
      <span class="currency">{currency}</span>
    </p>
  );
}

function Known({ of, currency, places = 0 }: { of: string; currency: string; places?: number }) {
  return of === "" ? (
    <span class="quiet">not known</span>
  ) : (
    <Amount of={of} currency={currency} places={places} />
  );
}

const figureColumns = [
  ["posted", "Balance"],
  ["held", "Held"],
  ["minimumBalance", "May go down to"],
  ["available", "Available"],
  ["lowestAvailable", "Lowest since the one before"],
] as const;

function columnsOf(
  points: readonly BalancePoint[],
  currency: string,
  isStepped: boolean,
): readonly Column<BalancePoint>[] {
  const shown = isStepped ? figureColumns : figureColumns.filter(([name]) => name !== "lowestAvailable");
  const places = placesIn(
    points.flatMap((point) => shown.map(([name]) => point[name])),
    0,
  );
  return [
    { title: "Time", cell: ({ readTime: time }) => <Time of={time} /> },
    ...shown.map(
      ([name, title]): Column<BalancePoint> => ({
        title,
        isNumber: true,
        cell: ({ [name]: text }) => <Known of={text} currency={currency} places={places} />,
      }),
    ),
  ];
}
