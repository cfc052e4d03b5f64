import type { MetricValues } from "../../metrics/registry.ts";
import type { Address } from "../../server/connections/port.ts";
import type { TlsMaterial } from "../../server/tls/certificates.ts";

/** What a worker says to the process that has started it. */
export type WorkerMessage =
  /** It listens. What was said to it before is lost, and said again: node:cluster itself hears a worker's messages from the beginning. */
  | { readonly kind: "listening" }
  /** It lives: its event loop turns. */
  | { readonly kind: "beat" }
  | { readonly kind: "serving"; readonly address: Address }
  /** It cannot serve, and ends. */
  | { readonly kind: "failed"; readonly reason: string }
  /** It was asked for the metrics of all, and asks for them. */
  | { readonly kind: "gather"; readonly question: number }
  /** Its own metrics, as the answer to `report`. */
  | { readonly kind: "report"; readonly question: number; readonly metrics: readonly MetricValues[] };

/** What that process says to a worker. */
export type WorkerOrder =
  | StopMessage
  /** Nobody should come any more: it is not ready from now on, and serves. */
  | { readonly kind: "leave" }
  | CertificateMessage
  | { readonly kind: "report"; readonly question: number }
  /** The metrics of all, as the answer to `gather`. */
  | { readonly kind: "gathered"; readonly question: number; readonly metrics: readonly MetricValues[] };

export interface StopMessage {
  readonly kind: "stop";
  /** What running calls get to end. */
  readonly graceMs: number;
}

/** What connections get that begin from now on. The first answers `listening`, and until then the worker does not serve. */
export interface CertificateMessage {
  readonly kind: "certificate";
  readonly material: TlsMaterial;
}
