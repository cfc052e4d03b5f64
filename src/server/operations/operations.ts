import { refuseVerb, sendPlain } from "../answers/plain-answer.ts";
import type { Connection } from "../connections/connection.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { MetricsPage } from "./metrics-page.ts";
import type { Readiness } from "./readiness.ts";

/** Answers what whoever watches over the service asks, which is no call. */
export interface Operations {
  handle(request: HttpRequest, response: HttpResponse, connection: Connection): Promise<void>;
}

/**
 * What an orchestrator asks: `/healthz`, is the process alive; `/readyz`, can it answer, which it cannot while
 * the database does not or while it shuts down. No authentication. What Prometheus asks, `/metrics`, needs one.
 */
export function createOperations(readiness: Readiness, metrics: MetricsPage): Operations {
  return {
    async handle(request, response, connection) {
      if (request.method !== "GET" && request.method !== "HEAD") return refuseVerb(request, response);
      if (request.url?.startsWith("/metrics")) return metrics.show(request, response, connection);
      if (request.url?.startsWith("/healthz") || (await readiness.isReady())) {
        return sendPlain(response, { status: 200, body: `${JSON.stringify({ status: "ok" })}\n` });
      }
      sendPlain(response, { status: 503, body: `${JSON.stringify({ status: "unavailable" })}\n` });
    },
  };
}
