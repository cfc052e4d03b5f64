import { Code } from "@connectrpc/connect";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { HttpHandler } from "./http-handler.ts";
import type { Readiness } from "./readiness.ts";
import { refusalJson } from "./status.ts";

/**
 * What an orchestrator asks: `/healthz`, is the process alive; `/readyz`, can it answer, which it cannot while
 * the database does not or while it shuts down. No authentication.
 */
export function createOperations(readiness: Readiness): HttpHandler {
  return {
    async handle(request, response) {
      if (request.method !== "GET" && request.method !== "HEAD") return refuseVerb(request, response);
      if (request.url?.startsWith("/healthz") || (await readiness.isReady())) {
        return send(response, 200, `${JSON.stringify({ status: "ok" })}\n`);
      }
      send(response, 503, `${JSON.stringify({ status: "unavailable" })}\n`);
    },
  };
}

function refuseVerb(request: HttpRequest, response: HttpResponse): void {
  response.setHeader("allow", "GET, HEAD");
  const message = `${request.method} is not allowed here`;
  send(
    response,
    405,
    refusalJson({ status: 405, code: Code.Unimplemented, reason: "METHOD_NOT_ALLOWED", message }),
  );
}

function send(response: HttpResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
