import http from "node:http";
import type { Logger } from "pino";
import { sendPlainError } from "../answers/plain-answer.ts";
import type { Connections } from "../connections/connection.ts";
import { type Address, listen } from "../connections/port.ts";
import { pathOf } from "../http.ts";
import type { Limits } from "../limits.ts";
import { requestError } from "../requests/request-errors.ts";
import { identify } from "../requests/request-id.ts";
import type { MetricsPage } from "./metrics-page.ts";

/** Connections at one time: whoever scrapes has one. */
const connectionsMax = 100;
/** Nobody who scrapes sends a body, and many headers. */
const requestMsMax = 10_000;

/** A port for the metrics alone. */
export interface MetricsPort {
  /** Rejects if the address cannot be had. */
  listen(host: string, port: number): Promise<Address>;
  close(): Promise<void>;
}

export function createMetricsPort(
  page: MetricsPage,
  {
    connections,
    limits,
    log,
  }: { readonly connections: Connections; readonly limits: Limits; readonly log: Logger },
): MetricsPort {
  const server = http.createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: requestMsMax,
    requestTimeout: requestMsMax,
    keepAliveTimeout: limits.idleMsMax,
  });
  let open = 0;
  // Not by `maxConnections`: one of several processes would hand it back, to be asked again at once, and for ever.
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
    });
    if (open > connectionsMax) socket.destroy();
  });
  server.on("request", (request, response) => {
    request.resume();
    identify(request, response);
    if (pathOf(request) === "/metrics" && (request.method === "GET" || request.method === "HEAD"))
      void page.show(request, response, connections.ofRequest(request));
    else sendPlainError(response, requestError("ROUTE_NOT_FOUND", "here is nothing but GET /metrics"));
  });
  return {
    listen: (host, port) => listen(server, host, port, log),
    async close() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
