import type { CallCounts } from "../counts/call-counts.ts";
import { counters, type Family, gauges, histogramSamples, type Sample } from "../family.ts";

export interface CallFigures<Protocol extends string> {
  readonly counts: CallCounts<Protocol>;
  readonly protocols: readonly Protocol[];
  readonly inFlight: (protocol: Protocol) => number;
  /** What a code is called. */
  readonly codeName: (code: number) => string;
}

export function callFamilies<Protocol extends string>(figures: CallFigures<Protocol>): Family[] {
  const { counts, protocols, inFlight, codeName } = figures;
  const duration = "tallystick_call_duration_seconds";
  return [
    {
      name: "tallystick_calls_total",
      type: "counter",
      help: "Calls that ended, by their answer's code; CANCELLED where the caller left before it.",
      labels: ["method", "code", "protocol"],
      together: "sum",
      *samples(): Iterable<Sample> {
        for (const [method, row] of counts.methods())
          for (const { code, protocol, count } of counts.of(row))
            yield { labels: { method, code: codeName(code), protocol }, value: count };
      },
    },
    {
      name: duration,
      type: "histogram",
      help: "From the headers of a unary call to its answer, whatever its code.",
      labels: ["method"],
      together: "sum",
      *samples(): Iterable<Sample> {
        for (const [method, row] of counts.methods()) {
          const isTimed = counts.durations.row(row).counts.some((count) => count > 0);
          if (isTimed) yield* histogramSamples(duration, counts.durations, { labels: { method }, row });
        }
      },
    },
    gauges(
      {
        name: "tallystick_calls_in_flight",
        help: "Calls that have begun and not ended.",
        label: "protocol",
      },
      () => protocols.map((protocol) => [protocol, inFlight(protocol)]),
    ),
    counters(
      {
        name: "tallystick_call_errors_total",
        help: "Calls that ended with an error, by the reason of its ErrorInfo.",
        label: "reason",
        // An alert waits for these.
        names: ["INTERNAL", "UNKNOWN", "DATA_LOSS"],
      },
      () => counts.reasons.counts,
    ),
  ];
}
