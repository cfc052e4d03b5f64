import type { DescMethodServerStreaming, Message } from "@bufbuild/protobuf";
import { createHandlerContext, type Interceptor, type MethodImplSpec } from "@connectrpc/connect";
import { createAsyncIterable, transformInvokeImplementation } from "@connectrpc/connect/protocol";
import type { UnaryCall, UnaryResult } from "./unary.ts";
import { withinTime } from "./within-time.ts";

/** The implementation of a method that answers by a stream. Get it from `createServiceImplSpec`. */
export type StreamSpec = MethodImplSpec & { kind: "server_streaming" };

/** What follows in an answer as it comes, and until when it may: the signal aborts at the deadline. */
export interface Others<T> {
  readonly messages: AsyncIterable<T>;
  readonly signal: AbortSignal;
}

/** The first message of an answer, and the others where it is a stream. */
export interface StreamResult extends UnaryResult {
  readonly others?: Others<Message>;
}

/**
 * Makes the way by which REST calls a method that answers by a stream, through the same interceptors. It rejects as a
 * `UnaryInvoker` does until the first message is there; from then on what reads the others is told.
 */
export function createStreamInvoker(spec: StreamSpec, interceptors: readonly Interceptor[]) {
  return async (message: Message, call: UnaryCall): Promise<StreamResult> => {
    const method: DescMethodServerStreaming = spec.method;
    const context = createHandlerContext({
      service: method.parent,
      method,
      protocolName: call.protocolName,
      requestMethod: call.requestMethod,
      url: call.url,
      ...(call.timeoutMs !== undefined && { timeoutMs: call.timeoutMs }),
      requestSignal: call.signal,
      requestHeader: call.header,
      contextValues: call.values,
    });
    // What the call has begun ends with it, also where nobody wanted the others.
    call.signal.addEventListener("abort", () => context.abort(), { once: true });
    const invoke = transformInvokeImplementation(spec, context, [...interceptors]);
    const messages = invoke(createAsyncIterable([message]))[Symbol.asyncIterator]();
    try {
      const first = await withinTime(messages.next(), call.timeoutMs);
      if (first.done === true) throw new Error(`${method.name} answered nothing`);
      const { responseHeader: header, responseTrailer: trailer } = context;
      const others = { messages: { [Symbol.asyncIterator]: () => messages }, signal: context.signal };
      return { message: first.value, header, trailer, others };
    } catch (error) {
      context.abort(error);
      throw error;
    }
  };
}
