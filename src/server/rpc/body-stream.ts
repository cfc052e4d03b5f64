import type { Message } from "@bufbuild/protobuf";
import type { Interceptor, MethodImplSpec } from "@connectrpc/connect";
import { createAsyncIterable, transformInvokeImplementation } from "@connectrpc/connect/protocol";
import type { CallContext } from "./call-context.ts";
import type { UnaryResult } from "./unary.ts";

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
  return async (message: Message, context: CallContext): Promise<StreamResult> => {
    const invoke = transformInvokeImplementation(spec, context, [...interceptors]);
    const messages = invoke(createAsyncIterable([message]))[Symbol.asyncIterator]();
    try {
      const first = await context.unlessAborted(() => messages.next());
      if (first.done === true) throw new Error(`${spec.method.name} answered nothing`);
      const { responseHeader: header, responseTrailer: trailer } = context;
      const others = { messages: { [Symbol.asyncIterator]: () => messages }, signal: context.signal };
      return { message: first.value, header, trailer, others };
    } catch (error) {
      // What the call has begun ends with it.
      context.complete();
      throw error;
    }
  };
}
