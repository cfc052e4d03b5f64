import type { Message } from "@bufbuild/protobuf";
import type { Interceptor, MethodImplSpec } from "@connectrpc/connect";
import { Code, ConnectError, createHandlerContext } from "@connectrpc/connect";
import { invokeUnaryImplementation } from "@connectrpc/connect/protocol";

/** What a protocol knows about one call when it hands over the request message. */
export interface UnaryCall {
  /** How the call came in, such as `rest` or `grpc`. */
  readonly protocolName: string;
  /** HTTP method of the request. */
  readonly requestMethod: string;
  /** URL of the request. */
  readonly url: string;
  readonly header: Headers;
  /** Aborts when the caller is gone or the server stops. */
  readonly signal: AbortSignal;
  /** Milliseconds that the caller still waits; no deadline where unset. */
  readonly timeoutMs?: number;
}

/** What a service implementation answered, with the metadata it set. */
export interface UnaryResult {
  readonly message: Message;
  readonly header: Headers;
  readonly trailer: Headers;
}

/**
 * Calls one method of a service implementation.
 *
 * Rejects with what the implementation or an interceptor threw; with DEADLINE_EXCEEDED when the time is over, and with
 * CANCELED or the signal's own ConnectError when the signal aborts, even if the implementation goes on.
 */
export type UnaryInvoker = (message: Message, call: UnaryCall) => Promise<UnaryResult>;

/**
 * Makes the way by which protocols other than Connect's own call a Connect implementation, through the same interceptors.
 * Get `spec` from `createMethodImplSpec` or `createServiceImplSpec`.
 */
export function createUnaryInvoker(
  spec: MethodImplSpec & { kind: "unary" },
  interceptors: Interceptor[],
): UnaryInvoker {
  return async (message, call) => {
    const context = createHandlerContext({
      service: spec.method.parent,
      method: spec.method,
      protocolName: call.protocolName,
      requestMethod: call.requestMethod,
      url: call.url,
      requestHeader: call.header,
      requestSignal: call.signal,
      ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
    });
    try {
      if (context.signal.aborted) throw abortError(context.signal);
      const output = await Promise.race([
        rejectOnAbort(context.signal),
        invokeUnaryImplementation(spec, context, message, interceptors),
      ]);
      return { message: output, header: context.responseHeader, trailer: context.responseTrailer };
    } finally {
      context.abort();
    }
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(abortError(signal)), { once: true });
  });
}

function abortError(signal: AbortSignal): ConnectError {
  const { reason } = signal;
  return reason instanceof ConnectError ? reason : new ConnectError("the call was canceled", Code.Canceled);
}
