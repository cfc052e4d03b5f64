import { counters, type Family } from "../family.ts";

export interface OverloadFigures {
  /** Commands that were refused because of what waits. */
  readonly queue: () => { readonly full: number; readonly too_late: number; readonly overdue: number };
  /** Calls that were refused because their caller asks for too much. */
  readonly callers: () => { readonly atOnce: number; readonly tooOften: number };
}

export function overloadFamilies({ queue, callers }: OverloadFigures): Family[] {
  return [
    counters(
      {
        name: "tallystick_overload_refusals_total",
        help:
          "What was refused before it cost anything: commands, because the queue was full (queue_full), because those before them take longer than " +
          "their callers wait (queue_too_late), because they had waited for too long (queue_overdue); calls, because a credential has " +
          "too many at once (calls_at_once) or calls too often (calls_a_second).",
        label: "cause",
        names: ["queue_full", "queue_too_late", "queue_overdue", "calls_at_once", "calls_a_second"],
      },
      () => {
        const { full, too_late, overdue } = queue();
        const { atOnce, tooOften } = callers();
        return [
          ["queue_full", full],
          ["queue_too_late", too_late],
          ["queue_overdue", overdue],
          ["calls_at_once", atOnce],
          ["calls_a_second", tooOften],
        ];
      },
    ),
  ];
}
