import { counters, type Family } from "../family.ts";

export interface SpanFigures {
  readonly ended: number;
  /** Taken by the collector. */
  readonly exported: number;
  /** Not taken by it. */
  readonly failed: number;
}

/** @param figures undefined where there are no traces */
export function traceFamilies(figures: () => SpanFigures | undefined): Family[] {
  return [
    counters(
      {
        name: "tallystick_spans_total",
        help: "Spans that ended, and of them those that the collector took (exported), or did not (failed); the others wait, or were too many.",
        label: "outcome",
        names: ["ended", "exported", "failed"],
      },
      () => Object.entries(figures() ?? {}),
    ),
  ];
}
