import { type Metrics, total, valuesOf } from "./exposition.ts";

/** The metrics as they were read once. */
export interface Sample {
  readonly at: Date;
  readonly metrics: Metrics;
}

/** Figures of a moment, by what they are called; undefined where nothing is known. */
export type Figures = Readonly<Record<string, number | undefined>>;

/** A chart, and the figures of which it has lines. */
export interface ChartOf {
  readonly title: string;
  readonly about: string;
  /** @param before the sample before it; undefined of the first */
  of(now: Sample, before: Sample | undefined): Figures;
}

/** Errors that are the service's to mend; others pass, need more of something, or are about the request. */
const faults = new Set(["INTERNAL", "UNKNOWN", "DATA_LOSS"]);
const passing = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED"]);

type Wanted = Parameters<typeof total>[2];

/** How much a counter grew in a second; undefined where another instance answered, or it began anew. */
export function rate(
  name: string,
  now: Sample,
  before: Sample | undefined,
  wanted?: Wanted,
): number | undefined {
  const grown = growth(name, now, before, wanted);
  const seconds = before === undefined ? 0 : (now.at.getTime() - before.at.getTime()) / 1_000;
  return grown === undefined || seconds <= 0 ? undefined : grown / seconds;
}

function growth(name: string, now: Sample, before: Sample | undefined, wanted?: Wanted): number | undefined {
  if (before === undefined || isAnother(now, before)) return undefined;
  const [last, first] = [total(now.metrics, name, wanted), total(before.metrics, name, wanted) ?? 0];
  return last === undefined || last < first ? undefined : last - first;
}

/** Whether another process answered than before. */
function isAnother(now: Sample, before: Sample): boolean {
  const begun = "process_start_time_seconds";
  return total(now.metrics, begun) !== total(before.metrics, begun);
}

/** The mean of what a histogram was told since the sample before; undefined where it was told nothing. */
export function mean(name: string, now: Sample, before: Sample | undefined): number | undefined {
  const [sum, count] = [`${name}_sum`, `${name}_count`].map((each) => growth(each, now, before));
  return sum === undefined || count === undefined || count === 0 ? undefined : sum / count;
}

function ms(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

export const charts: readonly ChartOf[] = [
  {
    title: "Calls a second",
    about: "Faults are the service's own; passing errors are of overload, or of a database that is away.",
    of: (now, before) => {
      const calls = (wanted?: Wanted) => rate("tallystick_calls_total", now, before, wanted);
      return {
        all: calls(),
        faults: calls(({ code = "" }) => faults.has(code)),
        "passing errors": calls(({ code = "" }) => passing.has(code)),
      };
    },
  },
  {
    title: "Batches",
    about: "Batches that grow are how the ledger keeps up. A long queue beside small batches is trouble.",
    of: (now, before) => ({
      "batches a second": rate("tallystick_batch_operations_count", now, before),
      "operations a second": rate("tallystick_batch_operations_sum", now, before),
      "operations a batch": mean("tallystick_batch_operations", now, before),
      "retries a second": rate("tallystick_batch_retries_total", now, before),
    }),
  },
  {
    title: "Queue and lanes",
    about: "Commands that wait for a batch, and lanes on which one runs.",
    of: ({ metrics }) => ({
      "commands that wait": total(metrics, "tallystick_queue_commands"),
      "lanes busy": total(metrics, "tallystick_lanes_busy"),
      lanes: total(metrics, "tallystick_lanes"),
    }),
  },
  {
    title: "Milliseconds",
    about:
      "A late event loop means that a processor is busy; a slow commit is the disk's, a slow lock is contention.",
    of: (now, before) => ({
      "oldest in the queue": ms(total(now.metrics, "tallystick_queue_oldest_seconds")),
      lock: ms(mean("tallystick_batch_lock_seconds", now, before)),
      commit: ms(mean("tallystick_batch_commit_seconds", now, before)),
      "event loop, 99th percentile": ms(total(now.metrics, "nodejs_eventloop_lag_p99_seconds")),
    }),
  },
  {
    title: "Connections to the database",
    about: "Who waits finds all of them at work.",
    of: ({ metrics }) => ({
      busy: total(metrics, "tallystick_database_connections", ({ state }) => state === "busy"),
      open: total(metrics, "tallystick_database_connections"),
      "at the most": total(metrics, "tallystick_database_connections_max"),
      waiting: total(metrics, "tallystick_database_waiting"),
    }),
  },
  {
    title: "Refusals a second",
    about: "Of the ledger, by reason, and before a call cost anything.",
    of: (now, before) => {
      const reasons = valuesOf(now.metrics, "tallystick_refusals_total", "reason");
      const byReason = reasons.map((reason) => {
        const isIt = (labels: Readonly<Record<string, string>>) => labels["reason"] === reason;
        return [reason, rate("tallystick_refusals_total", now, before, isIt)] as const;
      });
      const overload = rate("tallystick_overload_refusals_total", now, before);
      return { ...Object.fromEntries(byReason), overload };
    },
  },
  {
    title: "Processor and memory",
    about: "Cores that are at work, and gigabytes that are resident.",
    of: (now, before) => {
      const bytes = total(now.metrics, "process_resident_memory_bytes");
      return {
        cores: rate("process_cpu_seconds_total", now, before),
        gigabytes: bytes === undefined ? undefined : bytes / 2 ** 30,
      };
    },
  },
];
