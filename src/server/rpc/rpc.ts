import { type ConnectError, type ConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { Logger } from "pino";
import { explained } from "../../errors/explained.ts";
import { type LoggedCall, tellable } from "../../errors/unexpected.ts";
import { kept } from "../answers/kept.ts";
import { carrierOf } from "../answers/unread-answer.ts";
import { takeOverCompression } from "../connect/compressed.ts";
import { corrected } from "../connect/correction.ts";
import { withWrittenJson } from "../connect/json-answer.ts";
import { isOwnFailure } from "../connect/own-failures.ts";
import { createScreen, type Screen, type ScreenedRequest } from "../connect/screen.ts";
import { boundTimeout, shortenTimeout } from "../connect/timeout.ts";
import { type HttpRequest, type HttpResponse, hasBody, pathOf } from "../http.ts";
import type { HttpHandler } from "../http-handler.ts";
import type { Limits } from "../limits.ts";
import { openServices, requestBytesMaxOf } from "../operations/open-services.ts";
import { OpenStreams } from "../operations/open-streams.ts";
import type { Admit, Arrival } from "../requests/admission.ts";
import { departureOf, departureOfRequest } from "../requests/departure.ts";
import { LazyHeaders } from "../requests/lazy-headers.ts";
import { bodyOf } from "../requests/receipt.ts";
import { loggedCallOf } from "../requests/request-id.ts";
import { askerOf, untilTurn } from "../requests/waiting-call.ts";
import { inBytes, inText, isGrpcWebText } from "./grpc-web-text.ts";
import { refusalOf, refuse, unknownRpc } from "./rpc-refusal.ts";
import { withinTime } from "./within-time.ts";

export interface Rpc extends HttpHandler {
  /** Whether the path is that of a method whose request may go on for as long as the client likes. */
  takesStream(path: string): boolean;
}

export interface RpcOptions {
  readonly router: ConnectRouter;
  readonly admit: Admit;
  readonly limits: Limits;
  readonly log: Logger;
}

/** Serves a router's methods over gRPC, gRPC-Web and Connect. */
export function createRpc({ router, admit, limits, log }: RpcOptions): Rpc {
  const endpoints = new Map(
    router.handlers.map((handler) => [handler.requestPath, endpointOf(handler, limits)]),
  );
  const openStreams = new OpenStreams(limits);
  const enter = async (endpoint: Endpoint, arrival: Arrival, response: HttpResponse) => {
    if (!endpoint.isOpenStream) return admit(arrival);
    const { connection, values } = arrival;
    await openStreams.enter({ ...endpoint, response, values, address: connection.address });
  };
  return {
    takesStream: (path) => endpoints.get(path)?.takesStream === true,
    async handle(request, response, connection, _unread, called) {
      const path = pathOf(request);
      const endpoint = endpoints.get(path);
      if (endpoint === undefined) {
        const refusal = unknownRpc(path, [...endpoints.keys()]);
        called.fail(refusal);
        return refuse(request, response, refusal);
      }
      const { handler, screen, mayLast } = endpoint;
      const values = createContextValues();
      called.method = handler.method;
      called.values = values;
      const waited = untilTurn({
        request,
        connection,
        call: called,
        hasBody: hasBody(request),
        service: handler.service,
        requestHeader: new LazyHeaders(request.headers),
        timeoutMs: () => boundTimeout(new LazyHeaders(request.headers), limits.callMsMax, mayLast),
      });
      let refused: unknown;
      const refuseLater = (error: unknown) => {
        refused = error;
        return 0;
      };
      const waitedMs = waited === undefined ? 0 : await waited.catch(refuseLater);
      if (refused !== undefined && departureOfRequest(request).aborted) return;
      const universal = universalRequestFromNodeRequest(request, response, undefined, values);
      const { header: requestHeader } = universal;
      const logged = loggedCallOf(log, requestHeader, path.slice(1));
      const askedMs = boundTimeout(requestHeader, limits.callMsMax, mayLast);
      if (waitedMs > 0) shortenTimeout(requestHeader, waitedMs);
      const timeoutMs = askedMs && Math.max(0, askedMs - waitedMs);
      // Whatever a query answers has changed with the next booking.
      if (request.method === "GET") response.setHeader("cache-control", "no-store");
      const arrival = {
        method: handler.method,
        requestHeader,
        hasBody: hasBody(request),
        connection,
        values,
      };
      const entered = refused === undefined ? enter(endpoint, arrival, response) : Promise.reject(refused);
      const admitted = withinTime(entered, timeoutMs).catch((error: unknown) => {
        throw tellable(error, logged);
      });
      // Whoever is not admitted is told by the body, in whatever protocol, unless something else is wrong before that.
      admitted.catch(ignore);
      const isText = isGrpcWebText(requestHeader);
      const compress = takeOverCompression(requestHeader, {
        service: handler.service,
        asker: { party: connection.network, departure: departureOf(universal.signal, undefined) },
      });
      // Connect's own body destroys the connection when it is given up, and with it the answer.
      const arrived = {
        ...universal,
        body: bodyOf(request, {
          admitted,
          sender: connection,
          limits,
          looksForAnswers: endpoint.takesStream || isGrpc(request),
        }),
      };
      const asked = isText ? inBytes(arrived) : arrived;
      const departure = departureOf(universal.signal, timeoutMs);
      const asker = askerOf({ connection, service: handler.service, departure });
      const body = endpoint.takesStream
        ? asked.body
        : screen.body({ ...asked, values, asker, logged, holding: connection.hold(handler.service) });
      const call = { ...asked, body };
      const asQuery = isQuery(request, handler);
      const told = (answer: UniversalServerResponse) =>
        corrected(withWrittenJson(answer, values), {
          isOwn: () => isOwnFailure(values),
          onError: (error) => called.fail(error),
          call: logged,
        });
      const answer = asQuery
        ? await answerQuery(endpoint, { ...call, values, asker, logged }, admitted)
        : await handler(call);
      const unread = connection.answer(carrierOf(response), handler.service);
      const answered = await kept(await told(answer), unread).catch(async (thrown: unknown) => {
        const error = explained(tellable(thrown, logged));
        unread.bound();
        return told(asQuery ? failure(error) : await handler({ ...call, body: failing(error) }));
      });
      const refusal = refusalOf(answered, handler, request.method);
      if (refusal?.status === 405) response.setHeader("allow", handler.allowedMethods.join(", "));
      if (refusal !== undefined) {
        called.fail(refusal);
        return refuse(request, response, refusal);
      }
      try {
        const sent = await compress(answered);
        await universalResponseToNodeResponse(isText ? inText(sent) : sent, response);
      } catch (error) {
        // The client is gone before its answer; its call was aborted, and there is no one to tell.
        if (!isGone(response)) throw error;
      }
    },
  };
}

/** A method, as it is called over Connect's protocols. */
interface Endpoint {
  readonly handler: UniversalHandler;
  /** Whether its request may go on for as long as the client likes. */
  readonly takesStream: boolean;
  /** Whether everybody may open it, and keep it open. */
  readonly isOpenStream: boolean;
  /** Whether it answers by a stream, and not for as long as the client likes. */
  readonly mayLast: boolean;
  readonly screen: Screen;
}

function endpointOf(handler: UniversalHandler, limits: Limits): Endpoint {
  const { method, service } = handler;
  const isOpenStream = method.methodKind !== "unary" && openServices.has(service.typeName);
  return {
    handler,
    takesStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    isOpenStream,
    mayLast: method.methodKind === "server_streaming" && !isOpenStream,
    screen: createScreen(method, requestBytesMaxOf(service, limits)),
  };
}

/** Whether it is a Connect GET, which has its message in the URL. */
function isQuery(request: HttpRequest, handler: UniversalHandler): boolean {
  return request.method === "GET" && handler.allowedMethods.includes("GET");
}

async function answerQuery(
  { handler, screen }: Endpoint,
  call: UniversalServerRequest & Pick<ScreenedRequest, "values" | "asker"> & { readonly logged: LoggedCall },
  admitted: Promise<void>,
): Promise<UniversalServerResponse> {
  try {
    await admitted;
    const url = await screen.query(call);
    return await handler({ ...call, url });
  } catch (reason) {
    return failure(explained(tellable(reason, call.logged)));
  }
}

/** An error as Connect answers it. */
function failure(error: ConnectError): UniversalServerResponse {
  const header = new Headers({ "content-type": "application/json" });
  const body = createAsyncIterable([errorToJsonBytes(error, undefined)]);
  return { status: codeToHttpStatus(error.code), header, body };
}

/** A body by which Connect tells a caller of an error, in whatever protocol. */
function failing(error: ConnectError): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}

function ignore(): void {}

/** Its clients look for an answer from the beginning on (gRPC over HTTP/2: a server may send its trailers before the request ends). */
function isGrpc({ httpVersionMajor, headers }: HttpRequest): boolean {
  return httpVersionMajor === 2 && /^application\/grpc(\+|;|$)/i.test(headers["content-type"] ?? "");
}

function isGone(response: HttpResponse): boolean {
  return "stream" in response ? response.stream.destroyed : response.destroyed;
}
