import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type DescService,
  type Message,
} from "@bufbuild/protobuf";
import type {
  ContextValues,
  HandlerContext,
  Interceptor,
  MethodImplSpec,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import type { CallContext } from "./call-context.ts";

/** What a service implementation answered, with the metadata it set. */
export interface UnaryResult {
  readonly message: Message;
  readonly header: Headers;
  readonly trailer: Headers;
}

/** The implementation of a unary method. Get it from `createMethodImplSpec` or `createServiceImplSpec`. */
export type UnarySpec = MethodImplSpec & { kind: "unary" };

/**
 * Calls one method of a service implementation, in a context that the protocol made and aborts.
 *
 * Rejects with what the implementation or an interceptor threw; with DEADLINE_EXCEEDED when the time is over, and with the
 * error of the context when that is aborted, even if the implementation goes on.
 */
export type UnaryInvoker = (message: Message, context: CallContext) => Promise<UnaryResult>;

/**
 * Makes the way by which protocols other than Connect's own call a Connect implementation, through the same interceptors.
 */
export function createUnaryInvoker(spec: UnarySpec, interceptors: readonly Interceptor[]): UnaryInvoker {
  const inwards = interceptors.toReversed();
  return (message, context) => context.unlessAborted(() => run(spec, inwards, message, context));
}

type Next = ReturnType<Interceptor>;

async function run(
  spec: UnarySpec,
  inwards: readonly Interceptor[],
  message: Message,
  context: CallContext,
): Promise<UnaryResult> {
  try {
    let next = implementationIn(spec, context);
    for (const interceptor of inwards) next = interceptor(next);
    return (await next(new CallRequest(message, spec.method, context))) as UnaryResponse;
  } finally {
    context.complete();
  }
}

/** The innermost step of a call: what interceptors wrap. */
function implementationIn({ method, impl }: UnarySpec, context: CallContext): Next {
  return async (request) => ({
    stream: false,
    service: method.parent,
    method,
    message: create(
      method.output,
      await impl((request as UnaryRequest).message, contextOf(request as UnaryRequest, context)),
    ),
    header: context.responseHeader,
    trailer: context.responseTrailer,
  });
}

/** The context as the interceptors left it: they may have replaced the request by another. */
function contextOf(request: UnaryRequest, context: CallContext): HandlerContext {
  if (request instanceof CallRequest) return context;
  const { service, header, signal, contextValues } = request;
  return { ...context, service, requestHeader: header, signal, values: contextValues };
}

/** What interceptors see of a call. */
class CallRequest implements UnaryRequest {
  readonly stream = false;
  readonly message: Message;
  readonly method: DescMethodUnary<DescMessage, DescMessage>;
  readonly service: DescService;
  readonly requestMethod: string;
  readonly url: string;
  readonly header: Headers;
  readonly contextValues: ContextValues;
  declare readonly signal: AbortSignal;
  readonly #context: CallContext;

  /** An accessor of the object itself, so that a copy by `{ ...request }`, which interceptors may make, has it too. */
  static readonly #signal: PropertyDescriptor & ThisType<CallRequest> = {
    enumerable: true,
    get() {
      return this.#context.signal;
    },
  };

  constructor(message: Message, method: DescMethodUnary, context: CallContext) {
    this.message = message;
    this.method = method;
    this.service = context.service;
    this.requestMethod = context.requestMethod;
    this.url = context.url;
    this.header = context.requestHeader;
    this.contextValues = context.values;
    this.#context = context;
    Object.defineProperty(this, "signal", CallRequest.#signal);
  }
}
