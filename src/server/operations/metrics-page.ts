import type { Logger } from "pino";
import { tellable } from "../../errors/unexpected.ts";
import { sendPlain, sendPlainError } from "../answers/plain-answer.ts";
import type { Connection } from "../connections/connection.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { LazyHeaders } from "../requests/lazy-headers.ts";
import { requestError } from "../requests/request-errors.ts";
import { loggedCallOf } from "../requests/request-id.ts";

/** Metrics as they are sent. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Who asks for the metrics. */
export interface MetricsAsker {
  readonly requestHeader: Headers;
  readonly connection: Connection;
}

/** Where the metrics come from, and who may read them. */
export interface MetricsSource {
  /** @param accept the media types that the asker takes */
  readonly expose: (accept: string) => Promise<Exposition>;
  /** Rejects with a ConnectError for who may not read them. Undefined where everybody may. */
  readonly authorize?: ((asker: MetricsAsker) => Promise<void>) | undefined;
}

/** The page that Prometheus reads. */
export interface MetricsPage {
  show(request: HttpRequest, response: HttpResponse, connection: Connection): Promise<void>;
}

/** So often may everybody together have the metrics gathered and written anew, which takes some milliseconds. */
const freshMs = 100;

/** @param source undefined where they are to be had on another port, or not at all */
export function createMetricsPage(source: MetricsSource | undefined, log: Logger): MetricsPage {
  const newest = new Map<string, { readonly askedMs: number; readonly exposition: Promise<Exposition> }>();
  const exposed = ({ expose }: MetricsSource, accept: string) => {
    // As a client writes it, which may be anything: one kind of each is kept.
    const kind = /openmetrics/i.test(accept) ? "application/openmetrics-text" : "text/plain";
    const nowMs = performance.now();
    const kept = newest.get(kind);
    if (kept !== undefined && nowMs - kept.askedMs < freshMs) return kept.exposition;
    const exposition = expose(kind);
    newest.set(kind, { askedMs: nowMs, exposition });
    return exposition;
  };
  return {
    async show(request, response, connection) {
      const requestHeader = new LazyHeaders(request.headers);
      try {
        if (source === undefined) throw requestError("ROUTE_NOT_FOUND", "there are no metrics on this port");
        await source.authorize?.({ requestHeader, connection });
        const { contentType, text } = await exposed(source, requestHeader.get("accept") ?? "");
        sendPlain(response, { status: 200, contentType, body: text });
      } catch (error) {
        sendPlainError(response, tellable(error, loggedCallOf(log, requestHeader, "/metrics")));
      }
    },
  };
}
