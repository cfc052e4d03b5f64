import type { Message, Registry } from "@bufbuild/protobuf";
import { createRegistry } from "@bufbuild/protobuf";
import { type ConnectError, type ContextValues, createContextValues } from "@connectrpc/connect";
import type { Logger } from "pino";
import { file_google_rpc_error_details } from "../../../gen/google/rpc/error_details_pb.ts";
import { tellable } from "../../errors/unexpected.ts";
import type { Admit, Arrival } from "../admission.ts";
import type { StreamResult } from "../body-stream.ts";
import type { Connection } from "../connection.ts";
import { departureOf } from "../departure.ts";
import { type HttpRequest, type HttpResponse, hasBody } from "../http.ts";
import { inCallersWords, tellAnswerInCallersWords } from "../json/callers-words.ts";
import type { Limits } from "../limits.ts";
import type { DrainLimits } from "../receipt.ts";
import { requestError } from "../request-errors.ts";
import { requestHeader } from "../request-header.ts";
import { loggedCallOf } from "../request-id.ts";
import type { UnaryCall } from "../unary.ts";
import { carrierOf, type UnreadAnswer } from "../unread-answer.ts";
import { withinTime } from "../within-time.ts";
import type { Binding, BoundMethod } from "./binding.ts";
import { methodBindings } from "./binding.ts";
import { readBody } from "./body.ts";
import type { Dialect } from "./dialect.ts";
import { nativeDialect } from "./dialect.ts";
import { describeError } from "./error-body.ts";
import type { Answer } from "./exchange.ts";
import { disconnectSignal, jsonBody, requestUrl, sendAnswer } from "./exchange.ts";
import { hasQueryInBody, methodMeant } from "./method-override.ts";
import { withVerbHint } from "./mistyped-verb.ts";
import { Router } from "./router.ts";
import { authorizeByQuery, indentOf, readWishes } from "./system-parameters.ts";
import { readTimeoutMs } from "./timeout.ts";
import { readRequest, writeResponse } from "./transcode.ts";

/** A method that the gateway serves, and how to call it. */
export interface RestMethod {
  readonly method: BoundMethod;
  /** Rejects with a ConnectError for what the caller may know; anything else is answered as an internal error. */
  readonly invoke: Invoker;
}

type Invoker = (message: Message, call: UnaryCall) => Promise<StreamResult>;

export interface GatewayOptions {
  /** Those without a google.api.http option are left out. */
  readonly methods: readonly RestMethod[];
  /** Types that may stand in google.protobuf.Any, in messages and in error details. */
  readonly registry: Registry;
  readonly limits: Pick<Limits, "requestBytesMax" | "restCallMsMax"> & DrainLimits;
  /** Asked before a body is read. */
  readonly admit: Admit;
  readonly log: Logger;
  /** Whether an organization has chosen the alternative to a dialect; asked of admitted callers. */
  readonly prefersAlternative?: (
    organization: string,
    call: { readonly header: Headers; readonly values: ContextValues },
  ) => Promise<boolean>;
}

/** Answers REST requests by calling RPC methods, as their google.api.http options say. */
export interface Gateway {
  /** Answers one request. Never rejects, whatever the caller or the method does. */
  handle(request: HttpRequest, response: HttpResponse, connection: Connection): Promise<void>;
}

interface Endpoint {
  readonly binding: Binding;
  readonly invoke: Invoker;
}

/** A request, and whom it came from. */
interface Exchange {
  readonly request: HttpRequest;
  readonly connection: Connection;
  /** Counts what is kept of the answer until the caller has taken it. */
  readonly unread: UnreadAnswer;
  /** Aborts when the caller goes before it has its answer. */
  readonly signal: AbortSignal;
}

interface RoutedRequest {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly captures: readonly string[];
  readonly query: string;
}

interface AdmittedRequest extends RoutedRequest {
  readonly header: Headers;
  readonly values: ContextValues;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
}

const noContent = 204;

/** @throws Error for a google.api.http option that is wrong or conflicts with another. */
export function createGateway(options: GatewayOptions): Gateway {
  const router = new Router<Endpoint>();
  for (const { method, invoke } of options.methods) {
    for (const binding of methodBindings(method)) {
      router.add(binding.httpMethod, binding.template, { binding, invoke });
    }
  }
  return new RestGateway(router, {
    ...options,
    registry: createRegistry(options.registry, file_google_rpc_error_details),
  });
}

class RestGateway implements Gateway {
  constructor(
    private readonly router: Router<Endpoint>,
    private readonly options: GatewayOptions,
  ) {}

  async handle(request: HttpRequest, response: HttpResponse, connection: Connection): Promise<void> {
    const signal = disconnectSignal(response);
    for (const stream of [request, response]) stream.on("error", ignore);
    const { path, query } = splitTarget(request.url ?? "/");
    const unread = connection.answer(carrierOf(response));
    const answer = await this.answer({ request, connection, unread, signal }, path, query);
    if (signal.aborted) return;
    const { limits } = this.options;
    const onFailure = (error: unknown) => void this.tellable(error, request, path);
    await sendAnswer(request, response, answer, { limits, sender: connection, unread, onFailure });
  }

  private async answer(exchange: Exchange, path: string, query: string): Promise<Answer> {
    let dialect: Dialect | undefined;
    try {
      const routed = this.route(
        methodMeant(exchange.request, () => this.dialectNear(path)),
        path,
        query,
      );
      dialect = routed.endpoint.binding.dialect;
      const admitted = await this.admit(exchange, routed);
      dialect = admitted.endpoint.binding.dialect;
      const answer = await this.call(exchange, admitted);
      exchange.unread.keep(Buffer.byteLength(answer.body?.content ?? ""));
      return answer;
    } catch (error) {
      const told = this.tellable(error, exchange.request, path);
      return this.answerError(told, dialect ?? this.dialectNear(path), query);
    }
  }

  /** Of a path that leads nowhere. */
  private dialectNear(path: string): Dialect {
    return this.router.nearest(path)?.binding.dialect ?? nativeDialect;
  }

  private route(httpMethod: string, path: string, query: string): RoutedRequest {
    const routed = this.router.route(httpMethod, path);
    switch (routed.kind) {
      case "match":
        return { endpoint: routed.target, captures: routed.captures, path, query };
      case "not found":
        throw requestError(
          "ROUTE_NOT_FOUND",
          `there is nothing at this path${this.router.hint(httpMethod, path)}`,
        );
      case "malformed":
        throw requestError("MALFORMED_URL", "the path holds a malformed escape, invalid UTF-8, or NUL");
      case "method not allowed": {
        const allow = routed.allowed.join(", ");
        const message = `this path takes ${allow}${this.router.verbHint(path) || this.router.verbs(path)}`;
        throw requestError("METHOD_NOT_ALLOWED", message, { header: { allow } });
      }
    }
  }

  private async admit({ request, connection }: Exchange, routed: RoutedRequest): Promise<AdmittedRequest> {
    const { binding } = routed.endpoint;
    const header = requestHeader(request.headers);
    authorizeByQuery(header, binding, routed.query);
    const timeoutMs = readTimeoutMs(header, this.options.limits.restCallMsMax);
    const deadlineMs = performance.now() + timeoutMs;
    const values = createContextValues();
    const arrival = {
      ...{ service: binding.method.parent, requestHeader: header, hasBody: hasBody(request) },
      ...{ connection, values },
    };
    const endpoint = await withinTime(this.letIn(arrival, routed), timeoutMs);
    return { ...routed, endpoint, header, values, timeoutMs, deadlineMs };
  }

  private async letIn(arrival: Arrival, routed: RoutedRequest): Promise<Endpoint> {
    await this.options.admit(arrival);
    return this.inItsDialect(routed, { header: arrival.requestHeader, values: arrival.values });
  }

  /** The endpoint, with the dialect that the organization of the path has chosen. */
  private async inItsDialect(
    { endpoint, captures }: RoutedRequest,
    call: Pick<AdmittedRequest, "header" | "values">,
  ): Promise<Endpoint> {
    const { binding, invoke } = endpoint;
    const { alternative } = binding.dialect;
    const { prefersAlternative } = this.options;
    if (alternative === undefined || binding.organization === undefined) return endpoint;
    const isPreferred = await prefersAlternative?.(captures[binding.organization] ?? "", call);
    return isPreferred ? { binding: { ...binding, dialect: alternative }, invoke } : endpoint;
  }

  private async call({ request, connection, signal }: Exchange, admitted: AdmittedRequest): Promise<Answer> {
    const { endpoint, captures, header, values, timeoutMs, deadlineMs } = admitted;
    const { binding, invoke } = endpoint;
    const limits = {
      bytesMax: this.options.limits.requestBytesMax,
      timeoutMs,
      holding: connection.hold(binding.method.parent),
      asker: { network: connection.network, departure: departureOf(signal, timeoutMs) },
    };
    const isForm = hasQueryInBody(request, binding);
    const types = isForm ? "form" : binding.dialect.bodyTypes;
    const body = binding.body || isForm ? await readBody(request, header, { types, ...limits }) : "";
    const query = isForm ? `${admitted.query}&${body}` : admitted.query;
    const wishes = readWishes(binding, query);
    const message = readRequest(binding, { captures, query, body });
    const written = {
      ...{ query, body, names: binding.dialect.names, input: binding.method.input },
      bodyField: binding.body === "*" ? undefined : binding.body?.name,
    };
    const result = await invoke(message, {
      protocolName: "rest",
      requestMethod: request.method ?? "GET",
      url: requestUrl(request),
      header,
      values,
      signal,
      timeoutMs: Math.max(0, Math.ceil(deadlineMs - performance.now())),
    }).catch((error: unknown) => {
      const told = inCallersWords(error, written);
      throw withVerbHint(told, captures.at(-1), () => this.router.verbHint(admitted.path));
    });
    tellAnswerInCallersWords(binding.method.output, result.message, written);
    return {
      httpStatus: binding.httpStatus,
      header: metadataHeader(result),
      body:
        binding.httpStatus === noContent
          ? undefined
          : writeResponse(binding, result, { registry: this.options.registry, wishes }),
    };
  }

  private tellable(error: unknown, request: HttpRequest, path: string): ConnectError {
    const { log } = this.options;
    return tellable(error, loggedCallOf(log, requestHeader(request.headers), `${request.method} ${path}`));
  }

  private answerError(error: ConnectError, dialect: Dialect, query: string): Answer {
    const parts = describeError(error, dialect, this.options.registry);
    return {
      httpStatus: parts.httpStatus,
      header: error.metadata,
      body: jsonBody(JSON.stringify(dialect.errorBody(parts), null, indentOf(dialect, query))),
    };
  }
}

/** Trailers become headers with a prefix, as the Connect protocol does it for unary calls. */
function metadataHeader({ header, trailer }: StreamResult): Headers {
  for (const [name, value] of trailer) header.append(`trailer-${name}`, value);
  return header;
}

/** Splits a request target, which may be in absolute form (RFC 9112, 3.2.2). */
function splitTarget(target: string): { path: string; query: string } {
  const origin = target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = origin.includes("?") ? origin.indexOf("?") : origin.length;
  return { path: origin.slice(0, mark), query: origin.slice(mark + 1) };
}

/** A broken connection shows in the disconnect signal; there is nobody left to tell about it. */
function ignore(): void {}
