import type { Logger } from "pino";
import { carrierOf } from "./answers/unread-answer.ts";
import type { Calls } from "./calls.ts";
import type { Connections } from "./connections/connection.ts";
import type { Cors } from "./cors.ts";
import { dispatch, protocolOf } from "./dispatch.ts";
import { type HttpRequest, type HttpResponse, type Listener, pathOf } from "./http.ts";
import { HttpCall } from "./http-call.ts";
import type { HttpHandler } from "./http-handler.ts";
import type { StreamShares } from "./http2/stream-shares.ts";
import type { Limits } from "./limits.ts";
import type { Operations } from "./operations/operations.ts";
import { rememberOrigin } from "./origin.ts";
import type { Pages } from "./pages/pages.ts";
import { boundReceipt, drainAfterAnswer } from "./requests/receipt.ts";
import { repeatedHeader } from "./requests/repeated-header.ts";
import { identify } from "./requests/request-id.ts";
import type { Rpc } from "./rpc/rpc.ts";
import { internal, malformed, type Refusal, refusalJson, repeatedField } from "./status.ts";

export interface ListenerOptions {
  readonly handlers: {
    readonly operations: Operations;
    readonly rpc: Rpc;
    readonly rest: HttpHandler;
    readonly pages: Pages;
  };
  /** Full names of the services that `rpc` serves. */
  readonly services: ReadonlySet<string>;
  readonly connections: Connections;
  readonly streams: StreamShares;
  readonly calls: Calls;
  readonly cors: Cors;
  readonly limits: Limits;
  readonly log: Logger;
}

/** What happens to every request before and after it is handled, whatever its version of HTTP. */
export function createListener(options: ListenerOptions): Listener {
  const { handlers, services, connections, streams, calls, cors, limits, log } = options;
  const originOf = rememberOrigin();
  return (request, response) => {
    request.on("error", ignore);
    response.on("error", ignore);
    const requestId = identify(request, response);
    const connection = connections.ofRequest(request);
    drainAfterAnswer(request, response, { sender: connection, limits });
    if (cors(request, response)) return;
    const repeated = repeatedHeader(request.rawHeaders);
    const unread = connection.answer(carrierOf(response));
    const isMalformed = !normalize(request) || originOf(authorityOf(request)) === undefined;
    if (repeated !== undefined || isMalformed) {
      const refusal = repeated === undefined ? malformed : repeatedField(repeated);
      send(response, refusal);
      calls.refused(refusal, { address: connection.address, requestId });
      return unread.bound();
    }

    const path = pathOf(request);
    const {
      accept,
      "content-type": contentType,
      "connect-protocol-version": connectVersion,
    } = request.headers;
    const route = dispatch(
      { path, contentType, accept, isConnect: connectVersion !== undefined },
      { services, pages: handlers.pages },
    );
    if (!handlers.rpc.takesStream(path)) boundReceipt(request, limits.requestMsMax);
    let call: HttpCall | undefined;
    let handled: Promise<void>;
    if (route === "operations" || route === "pages")
      handled = handlers[route].handle(request, response, connection);
    else {
      call = new HttpCall(calls, {
        protocol: protocolOf(route, contentType),
        requestId,
        request,
        address: connection.address,
        carrier: carrierOf(response),
        lasts: () => "stream" in response && streams.setAside(response.stream),
      });
      handled = handlers[route].handle(request, response, connection, unread, call);
    }
    handled.then(
      () => unread.bound(),
      (error: unknown) => {
        // The path may name a customer.
        log.error({ err: error, requestId, route }, "the request's handler failed");
        call?.fail(internal);
        if (response.headersSent) response.destroy();
        else send(response, internal);
        unread.bound();
      },
    );
  };
}

/** Leaves the path alone in `url`, where it may stand behind scheme and host (RFC 9112, section 3.2.2). False for a request without one. */
function normalize(request: HttpRequest): boolean {
  if (request.url?.startsWith("/")) return true;
  const target = request.url?.replace(/^https?:\/\/[^/?#]*/i, "") ?? "";
  request.url = target;
  return target.startsWith("/");
}

/** The host that a request names, which may be none that can be. */
function authorityOf(request: HttpRequest): string {
  return ("authority" in request ? request.authority : request.headers.host) ?? "";
}

/** A client may vanish at any moment; its handler learns that when the response closes. */
function ignore(): void {}

function send(response: HttpResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { "content-type": "application/json" });
  response.end(refusalJson(refusal));
}
