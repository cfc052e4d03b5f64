import { type ConnectionFault, connectionFaults } from "../../bounds/refused-connection.ts";
import { counter, counters, type Family, gauge, gauges } from "../family.ts";

export interface PortFigures {
  readonly connections: {
    readonly open: number;
    readonly narrowed: number;
    readonly accepted: number;
    readonly refused: Iterable<readonly [fault: ConnectionFault, count: number]>;
    readonly bytesReceived: number;
    readonly bytesSent: number;
  };
  readonly kept: {
    readonly unfinishedRequests: number;
    readonly waitingRequests: number;
    readonly unreadAnswers: number;
  };
}

/** What the log calls in camel case. */
function causeOf(fault: ConnectionFault): string {
  return fault.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export interface PortSource {
  readonly figures: () => PortFigures;
  /** Who did not prove who they are. */
  readonly failures: () => Iterable<readonly [kind: string, count: number]>;
}

export function portFamilies({ figures, failures }: PortSource): Family[] {
  const connections = () => figures().connections;
  return [
    gauge({ name: "tallystick_connections", help: "Open connections of callers." }, () => connections().open),
    gauge(
      {
        name: "tallystick_connections_narrowed",
        help: "Those of them whose clients keep calls back, because all together have more under way than they may.",
      },
      () => connections().narrowed,
    ),
    counter(
      { name: "tallystick_connections_accepted_total", help: "Connections that callers opened." },
      () => connections().accepted,
    ),
    counters(
      {
        name: "tallystick_connections_refused_total",
        help: "Connections that were refused: there were too_many, or its address_has_too_many; what was said was plaintext where TLS is; its client_certificates were none that are taken; of TLS, its handshakes_failed, were handshakes_too_slow or handshakes_crowded_out.",
        label: "cause",
        names: connectionFaults.map(causeOf),
      },
      () => [...connections().refused].map(([fault, count]) => [causeOf(fault), count]),
    ),
    counter(
      { name: "tallystick_received_bytes_total", help: "Bytes that came over callers' connections." },
      () => connections().bytesReceived,
    ),
    counter(
      { name: "tallystick_sent_bytes_total", help: "Bytes that went over callers' connections." },
      () => connections().bytesSent,
    ),
    gauges(
      {
        name: "tallystick_kept_bytes",
        help: "Bytes kept of unfinished_requests, of waiting_requests whose callers are looked up or which wait for their turn, and of unread_answers.",
        label: "of",
      },
      () => {
        const { unfinishedRequests, waitingRequests, unreadAnswers } = figures().kept;
        return [
          ["unfinished_requests", unfinishedRequests],
          ["waiting_requests", waitingRequests],
          ["unread_answers", unreadAnswers],
        ];
      },
    ),
    counters(
      {
        name: "tallystick_authentication_failures_total",
        help: "Credentials that were wrong (failed), and that were not looked at because too many had been (refused).",
        label: "outcome",
        names: ["failed", "refused"],
      },
      failures,
    ),
  ];
}
