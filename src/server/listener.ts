import type { Logger } from "pino";
import type { Connections } from "./connection.ts";
import type { Cors } from "./cors.ts";
import { dispatch } from "./dispatch.ts";
import { type HttpRequest, type HttpResponse, type Listener, pathOf } from "./http.ts";
import type { HttpHandler } from "./http-handler.ts";
import type { Limits } from "./limits.ts";
import { boundReceipt, drainAfterAnswer } from "./receipt.ts";
import { repeatedHeader } from "./repeated-header.ts";
import { identify } from "./request-id.ts";
import type { Rpc } from "./rpc.ts";
import { internal, malformed, type Refusal, refusalJson, repeatedField } from "./status.ts";
import { carrierOf } from "./unread-answer.ts";

export interface ListenerOptions {
  readonly handlers: { readonly operations: HttpHandler; readonly rpc: Rpc; readonly rest: HttpHandler };
  /** Full names of the services that `rpc` serves. */
  readonly services: ReadonlySet<string>;
  readonly connections: Connections;
  readonly cors: Cors;
  readonly limits: Limits;
  readonly log: Logger;
}

/** What happens to every request before and after it is handled, whatever its version of HTTP. */
export function createListener(options: ListenerOptions): Listener {
  const { handlers, services, connections, cors, limits, log } = options;
  return (request, response) => {
    // A client may vanish at any moment; its handler learns that from its abort signal.
    request.on("error", () => {});
    response.on("error", () => {});
    const requestId = identify(request, response);
    const connection = connections.ofRequest(request);
    drainAfterAnswer(request, response, { sender: connection, limits });
    if (cors(request, response)) return;
    const repeated = repeatedHeader(request.rawHeaders);
    const unread = connection.answer(carrierOf(response));
    const refuse = (refusal: Refusal) => {
      send(response, refusal);
      unread.bound();
    };
    if (repeated !== undefined) return refuse(repeatedField(repeated));
    if (!normalize(request)) return refuse(malformed);

    const path = pathOf(request);
    const { "content-type": contentType, "connect-protocol-version": connectVersion } = request.headers;
    const route = dispatch({ path, contentType, isConnect: connectVersion !== undefined }, services);
    if (!handlers.rpc.takesStream(path)) boundReceipt(request, limits.requestMsMax);
    handlers[route]
      .handle(request, response, connection)
      .catch((error: unknown) => {
        log.error({ err: error, requestId, path }, "the request's handler failed");
        if (response.headersSent) response.destroy();
        else send(response, internal);
      })
      // Whatever it was that was answered.
      .finally(() => unread.bound());
  };
}

/**
 * Leaves the path alone in `url`, where it may stand behind scheme and host (RFC 9112, section 3.2.2). False for
 * a request without a path or with a host that cannot be one.
 */
function normalize(request: HttpRequest): boolean {
  const target = request.url?.replace(/^https?:\/\/[^/?#]*/i, "") ?? "";
  request.url = target;
  const authority = "authority" in request ? request.authority : request.headers.host;
  return target.startsWith("/") && URL.canParse(`http://${authority ?? ""}`);
}

function send(response: HttpResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { "content-type": "application/json" });
  response.end(refusalJson(refusal));
}
