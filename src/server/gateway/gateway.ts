import type { Message, Registry } from "@bufbuild/protobuf";
import { createRegistry } from "@bufbuild/protobuf";
import { type ConnectError, type ContextValues, createContextValues } from "@connectrpc/connect";
import type { Logger } from "pino";
import { file_google_rpc_error_details } from "../../../gen/google/rpc/error_details_pb.ts";
import { methodName } from "../../bounds/method-name.ts";
import { tellable } from "../../errors/unexpected.ts";
import type { UnreadAnswer } from "../answers/unread-answer.ts";
import type { Connection } from "../connections/connection.ts";
import { type HttpRequest, type HttpResponse, hasBody } from "../http.ts";
import type { HttpCall } from "../http-call.ts";
import type { HttpHandler } from "../http-handler.ts";
import { inCallersWords, tellAnswerInCallersWords } from "../json/callers-words.ts";
import type { Limits } from "../limits.ts";
import type { Admit } from "../requests/admission.ts";
import { areUntouched } from "../requests/lazy-headers.ts";
import type { DrainLimits } from "../requests/receipt.ts";
import { requestError } from "../requests/request-errors.ts";
import { loggedCallOf } from "../requests/request-id.ts";
import { untilTurn } from "../requests/waiting-call.ts";
import type { StreamResult } from "../rpc/body-stream.ts";
import { CallContext } from "../rpc/call-context.ts";
import type { Binding, BoundMethod } from "./binding.ts";
import { methodBindings } from "./binding.ts";
import { readBody } from "./body.ts";
import type { Dialect } from "./dialect.ts";
import { nativeDialect } from "./dialect.ts";
import { describeError } from "./error-body.ts";
import type { Answer } from "./exchange.ts";
import { Exchange, jsonBody, requestUrl, sendAnswer } from "./exchange.ts";
import { hasQueryInBody, methodMeant } from "./method-override.ts";
import { withVerbHint } from "./mistyped-verb.ts";
import { Router } from "./router.ts";
import { authorizeByQuery, indentOf, readWishes } from "./system-parameters.ts";
import { readTimeoutMs, timeoutMsIn } from "./timeout.ts";
import { readRequest, writeResponse } from "./transcode.ts";

/** A method that the gateway serves, and how to call it. */
export interface RestMethod {
  readonly method: BoundMethod;
  /** Rejects with a ConnectError for what the caller may know; anything else is answered as an internal error. */
  readonly invoke: Invoker;
}

type Invoker = (message: Message, context: CallContext) => Promise<StreamResult>;

export interface GatewayOptions {
  /** Those without a google.api.http option are left out. */
  readonly methods: readonly RestMethod[];
  /** Types that may stand in google.protobuf.Any, in messages and in error details. */
  readonly registry: Registry;
  readonly limits: Pick<Limits, "requestBytesMax" | "restCallMsMax"> & DrainLimits;
  /** Asked before a body is read. */
  readonly admit: Admit;
  readonly log: Logger;
  /** What somebody else answers that a path may mean which leads nowhere here, as an end of a sentence; empty for nothing. */
  readonly hintElsewhere?: (path: string) => string;
  /** Whether an organization has chosen the alternative to a dialect; asked of admitted callers. */
  readonly prefersAlternative?: (
    organization: string,
    call: { readonly header: Headers; readonly values: ContextValues },
  ) => Promise<boolean>;
}

/** Answers REST requests by calling RPC methods, as their google.api.http options say. */
export interface Gateway {
  /** Answers one request. Never rejects, whatever the caller or the method does. */
  handle: HttpHandler["handle"];
}

interface Endpoint {
  readonly binding: Binding;
  readonly invoke: Invoker;
}

interface RoutedRequest {
  readonly endpoint: Endpoint;
  readonly captures: readonly string[];
}

const noContent = 204;

/** @throws Error for a google.api.http option that is wrong or conflicts with another. */
export function createGateway(options: GatewayOptions): Gateway {
  const router = new Router<Endpoint>(options.hintElsewhere);
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

  async handle(
    request: HttpRequest,
    response: HttpResponse,
    connection: Connection,
    unread: UnreadAnswer,
    call: HttpCall,
  ): Promise<void> {
    const exchange = new Exchange(request, response, connection, call);
    let answer: Answer;
    try {
      // A request without a body has arrived, and one from a stranger is answered, before anything of it had to be waited for.
      const turn = this.untilTurn(exchange);
      if (turn !== undefined) exchange.waitedMs = await turn;
      answer = await this.answer(exchange);
      unread.keep(answer.body?.bytes ?? 0);
    } catch (error) {
      answer = this.answerError(this.tellable(error, exchange), exchange);
    }
    exchange.noteRest(answer.httpStatus);
    if (exchange.isGone) return;
    const { limits } = this.options;
    const onFailure = (error: unknown) => call.fail(this.tellable(error, exchange));
    const sent = sendAnswer(request, response, answer, { limits, sender: connection, unread, onFailure });
    if (sent !== undefined) await sent;
  }

  private untilTurn({ request, connection, call, header }: Exchange): Promise<number> | undefined {
    const { restCallMsMax } = this.options.limits;
    return untilTurn({
      request,
      connection,
      call,
      requestHeader: header,
      hasBody: hasBody(request),
      timeoutMs: () => timeoutMsIn(header, restCallMsMax),
    });
  }

  private answer(exchange: Exchange): Promise<Answer> {
    const { request, path } = exchange;
    const httpMethod = methodMeant(request, () => this.dialectNear(path));
    const routed = this.route(httpMethod, path);
    exchange.enter(routed.endpoint.binding);
    const context = this.begin(exchange, routed);
    const admitted = this.admit(exchange, routed, context);
    const call = (endpoint: Endpoint) => this.call(exchange, endpoint, routed.captures, context);
    return admitted instanceof Promise ? context.untilAborted(admitted).then(call) : call(admitted);
  }

  /** Of a path that leads nowhere. */
  private dialectNear(path: string): Dialect {
    return this.router.nearest(path)?.binding.dialect ?? nativeDialect;
  }

  private route(httpMethod: string, path: string): RoutedRequest {
    const routed = this.router.route(httpMethod, path);
    switch (routed.kind) {
      case "match":
        return { endpoint: routed.target, captures: routed.captures };
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

  private begin(exchange: Exchange, { endpoint }: RoutedRequest): CallContext {
    const { request, header, query } = exchange;
    const { binding } = endpoint;
    authorizeByQuery(header, binding, query);
    const context = new CallContext(binding.method, {
      protocolName: "rest",
      requestMethod: request.method ?? "GET",
      url: requestUrl(request),
      header,
      values: createContextValues(),
      timeoutMs: readTimeoutMs(header, this.options.limits.restCallMsMax) - exchange.waitedMs,
    });
    exchange.begin(context);
    return context;
  }

  /** Where a caller who may come in is led. A promise only where something has to be waited for. */
  private admit(
    { request, connection, header }: Exchange,
    routed: RoutedRequest,
    { method, values }: CallContext,
  ): Promise<Endpoint> | Endpoint {
    const call = { header, values };
    const arrival = { method, requestHeader: header, hasBody: hasBody(request), connection, values };
    const admitted = this.options.admit(arrival);
    return admitted === undefined
      ? this.inItsDialect(routed, call)
      : admitted.then(() => this.inItsDialect(routed, call));
  }

  /** The endpoint, with the dialect that the organization of the path has chosen. */
  private inItsDialect(
    { endpoint, captures }: RoutedRequest,
    call: { readonly header: Headers; readonly values: ContextValues },
  ): Promise<Endpoint> | Endpoint {
    const { binding, invoke } = endpoint;
    const { alternative } = binding.dialect;
    if (alternative === undefined || binding.organization === undefined) return endpoint;
    const preferring = this.options.prefersAlternative?.(captures[binding.organization] ?? "", call);
    if (preferring === undefined) return endpoint;
    return preferring.then((isPreferred) =>
      isPreferred ? { binding: { ...binding, dialect: alternative }, invoke } : endpoint,
    );
  }

  private async call(
    exchange: Exchange,
    { binding, invoke }: Endpoint,
    captures: readonly string[],
    context: CallContext,
  ): Promise<Answer> {
    const { request, path } = exchange;
    exchange.dialect = binding.dialect;
    const isForm = hasQueryInBody(request, binding);
    const body = binding.body || isForm ? await this.read(exchange, binding, { isForm, context }) : "";
    const query = isForm ? `${exchange.query}&${body}` : exchange.query;
    const wishes = readWishes(binding, query);
    const message = readRequest(binding, { captures, query, body });
    const written = {
      query,
      body,
      names: binding.dialect.names,
      input: binding.method.input,
      bodyField: binding.body === "*" ? undefined : binding.body?.name,
    };
    let result: StreamResult;
    try {
      result = await invoke(message, context);
    } catch (error) {
      const told = inCallersWords(error, written);
      throw withVerbHint(told, captures.at(-1), () => this.router.verbHint(path));
    }
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

  private read(
    { request, connection, header }: Exchange,
    { method, dialect }: Binding,
    { isForm, context }: { readonly isForm: boolean; readonly context: CallContext },
  ): Promise<string> {
    return readBody(request, header, {
      types: isForm ? "form" : dialect.bodyTypes,
      bytesMax: this.options.limits.requestBytesMax,
      context,
      holding: connection.hold(method.parent),
      party: connection.party(),
    });
  }

  private tellable(error: unknown, { header, call: { method } }: Exchange): ConnectError {
    // A path may name a customer.
    const name = methodName(method);
    return tellable(error, loggedCallOf(this.options.log, header, name));
  }

  private answerError(error: ConnectError, exchange: Exchange): Answer {
    const { path, query, call } = exchange;
    call.fail(error);
    const dialect = exchange.dialect ?? this.dialectNear(path);
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
  if (areUntouched(trailer)) return header;
  for (const [name, value] of trailer) header.append(`trailer-${name}`, value);
  return header;
}
