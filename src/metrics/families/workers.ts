import { counter, type Family, gauge } from "../family.ts";

export interface WorkerFigures {
  /** Workers that serve or are about to. */
  readonly running: () => number;
  /** Of those, who did not say their figures in time. */
  readonly silent: () => number;
  /** Workers that ended by themselves, or were killed. */
  readonly ended: () => number;
}

export function workerFamilies({ running, silent, ended }: WorkerFigures): Family[] {
  return [
    gauge({ name: "tallystick_workers", help: "Processes that serve." }, running),
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
export const alone: WorkerFigures = { running: () => 1, silent: () => 0, ended: () => 0 };
