import { counter, type Family, gauge } from "../family.ts";

export interface WorkerFigures {
  /** Workers that serve. */
  readonly serving: () => number;
  /** Of those, who did not say their figures in time. */
  readonly silent: () => number;
  /** Workers that ended by themselves, or were killed. */
  readonly ended: () => number;
}

export function workerFamilies({ serving, silent, ended }: WorkerFigures): Family[] {
  return [
    gauge({ name: "tallystick_workers", help: "Processes that serve." }, serving),
    gauge(
      {
        name: "tallystick_workers_silent",
        help: "Of those, who did not tell their figures in time: gauges lack theirs, and counters have what they told last.",
      },
      silent,
    ),
    counter(
      {
        name: "tallystick_workers_ended_total",
        help: "Processes that ended by themselves and were replaced.",
      },
      ended,
    ),
  ];
}

/** Of a service that is one process, and has no other. */
export const alone: WorkerFigures = { serving: () => 1, silent: () => 0, ended: () => 0 };
