import { type ConnectError, createContextValues } from "@connectrpc/connect";
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
import { type Compress, takeOverCompression } from "../connect/compressed.ts";
import { corrected } from "../connect/correction.ts";
import { withWrittenJson } from "../connect/json-answer.ts";
import { isOwnFailure } from "../connect/own-failures.ts";
import type { ScreenedRequest } from "../connect/screen.ts";
import { boundTimeout, shortenTimeout } from "../connect/timeout.ts";
import type { Connection } from "../connections/connection.ts";
import { type HttpRequest, type HttpResponse, hasBody, pathOf } from "../http.ts";
import type { HttpCall } from "../http-call.ts";
import type { Limits } from "../limits.ts";
import type { Arrival } from "../requests/admission.ts";
import { departureOf, departureOfRequest } from "../requests/departure.ts";
import { LazyHeaders } from "../requests/lazy-headers.ts";
import { bodyOf } from "../requests/receipt.ts";
import { loggedCallOf } from "../requests/request-id.ts";
import { askerOf, untilTurn } from "../requests/waiting-call.ts";
import type { Endpoint } from "./endpoint.ts";
import { inBytes, inText, isGrpcWebText } from "./grpc-web-text.ts";
import { refusalOf, refuse } from "./rpc-refusal.ts";
import { withinTime } from "./within-time.ts";

/** A request to a method. */
interface Asked {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly connection: Connection;
  readonly called: HttpCall;
  readonly endpoint: Endpoint;
}

interface Around {
  /** Rejects where the caller is not admitted. */
  readonly enter: (arrival: Arrival) => Promise<void>;
  readonly limits: Limits;
  readonly log: Logger;
}

/** What came of waiting for a turn. */
interface Turn {
  readonly waitedMs: number;
  /** Why it got none. */
  readonly refused?: unknown;
}

/** What is known of a call before its body. */
interface Head {
  readonly universal: UniversalServerRequest;
  readonly logged: LoggedCall;
  /** What is left of its time. */
  readonly timeoutMs: number | undefined;
}

/** A call as connect-node takes it, once who calls is known. */
interface Prepared {
  readonly logged: LoggedCall;
  readonly admitted: Promise<void>;
  readonly call: UniversalServerRequest & Pick<ScreenedRequest, "values" | "asker">;
}

/** One call over Connect's protocols: waits for its turn, is admitted while its body arrives, and is answered by connect-node. */
export class RpcCall {
  private readonly values = createContextValues();

  constructor(
    private readonly asked: Asked,
    private readonly around: Around,
  ) {
    const { called, endpoint } = asked;
    called.method = endpoint.handler.method;
    called.values = this.values;
  }

  async serve(): Promise<void> {
    const { request, response, connection, called, endpoint } = this.asked;
    const { handler } = endpoint;
    const turn = await this.turn();
    if (turn.refused !== undefined && departureOfRequest(request).aborted) return;
    const head = this.head(turn);
    const admitted = this.admitted(head, turn);
    const { universal } = head;
    const isText = isGrpcWebText(universal.header);
    const compress = takeOverCompression(universal.header, {
      service: handler.service,
      asker: { party: connection.network, departure: departureOf(universal.signal, undefined) },
    });
    const answered = await this.answered(this.prepared(head, { admitted, isText }));
    const refusal = refusalOf(answered, handler, request.method);
    if (refusal === undefined) return this.send(answered, { isText, compress });
    if (refusal.status === 405) response.setHeader("allow", handler.allowedMethods.join(", "));
    called.fail(refusal);
    return refuse(request, response, refusal);
  }

  private async turn(): Promise<Turn> {
    const { request, connection, called, endpoint } = this.asked;
    const waited = untilTurn({
      request,
      connection,
      call: called,
      hasBody: hasBody(request),
      service: endpoint.handler.service,
      requestHeader: new LazyHeaders(request.headers),
      timeoutMs: () => this.askedMs(new LazyHeaders(request.headers)),
    });
    if (waited === undefined) return { waitedMs: 0 };
    return waited.then(
      (waitedMs) => ({ waitedMs }),
      (refused: unknown) => ({ waitedMs: 0, refused }),
    );
  }

  private head({ waitedMs }: Turn): Head {
    const { request, response } = this.asked;
    const universal = universalRequestFromNodeRequest(request, response, undefined, this.values);
    const logged = loggedCallOf(this.around.log, universal.header, pathOf(request).slice(1));
    const askedMs = this.askedMs(universal.header);
    if (waitedMs > 0) shortenTimeout(universal.header, waitedMs);
    // Whatever a query answers has changed with the next booking.
    if (request.method === "GET") response.setHeader("cache-control", "no-store");
    return { universal, logged, timeoutMs: askedMs && Math.max(0, askedMs - waitedMs) };
  }

  private askedMs(header: Headers): number | undefined {
    return boundTimeout(header, this.around.limits.callMsMax, this.asked.endpoint.mayLast);
  }

  private admitted({ universal, logged, timeoutMs }: Head, { refused }: Turn): Promise<void> {
    const { request, connection, endpoint } = this.asked;
    const arrival = {
      method: endpoint.handler.method,
      requestHeader: universal.header,
      hasBody: hasBody(request),
      connection,
      values: this.values,
    };
    const entered = refused === undefined ? this.around.enter(arrival) : Promise.reject(refused);
    const admitted = withinTime(entered, timeoutMs).catch((error: unknown) => {
      throw tellable(error, logged);
    });
    // Whoever is not admitted is told by the body, in whatever protocol, unless something else is wrong before that.
    admitted.catch(ignore);
    return admitted;
  }

  private prepared(
    { universal, logged, timeoutMs }: Head,
    { admitted, isText }: { readonly admitted: Promise<void>; readonly isText: boolean },
  ): Prepared {
    const { request, connection, endpoint } = this.asked;
    const { service } = endpoint.handler;
    // Connect's own body destroys the connection when it is given up, and with it the answer.
    const body = bodyOf(request, {
      admitted,
      sender: connection,
      limits: this.around.limits,
      looksForAnswers: endpoint.takesStream || isGrpc(request),
    });
    const arrived = { ...universal, body };
    const asked = isText ? inBytes(arrived) : arrived;
    const asker = askerOf({ connection, service, departure: departureOf(universal.signal, timeoutMs) });
    const { values } = this;
    const call = { ...asked, values, asker };
    if (endpoint.takesStream) return { logged, admitted, call };
    const screened = endpoint.screen.body({ ...call, logged, holding: connection.hold(service) });
    return { logged, admitted, call: { ...call, body: screened } };
  }

  private async answered({ logged, admitted, call }: Prepared): Promise<UniversalServerResponse> {
    const { request, response, connection, called, endpoint } = this.asked;
    const { handler } = endpoint;
    const asQuery = isQuery(request, handler);
    const told = (answer: UniversalServerResponse) =>
      corrected(withWrittenJson(answer, this.values), {
        isOwn: () => isOwnFailure(this.values),
        onError: (error) => called.fail(error),
        call: logged,
      });
    const answer = asQuery ? await answerQuery(endpoint, { ...call, logged }, admitted) : await handler(call);
    const unread = connection.answer(carrierOf(response), handler.service);
    return kept(await told(answer), unread).catch(async (thrown: unknown) => {
      const error = explained(tellable(thrown, logged));
      unread.bound();
      return told(asQuery ? failure(error) : await handler({ ...call, body: failing(error) }));
    });
  }

  private async send(
    answered: UniversalServerResponse,
    { isText, compress }: { readonly isText: boolean; readonly compress: Compress },
  ): Promise<void> {
    const { response } = this.asked;
    try {
      const sent = await compress(answered);
      await universalResponseToNodeResponse(isText ? inText(sent) : sent, response);
    } catch (error) {
      // The client is gone before its answer; its call was aborted, and there is no one to tell.
      if (!isGone(response)) throw error;
    }
  }
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
