import type { Interceptor } from "@connectrpc/connect";

/** The request of any call. */
export type AnyRequest = Parameters<ReturnType<Interceptor>>[0];
/** What an error is told as. */
type Tell = (error: unknown) => unknown;

/** Tells the errors of calls otherwise, those of a stream when it is read. */
export function errorInterceptor(tellFor: (request: AnyRequest) => Tell): Interceptor {
  return (next) => async (request) => {
    const tell = tellFor(request);
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: toldOf(response.message, tell) } : response;
    } catch (error) {
      throw tell(error);
    }
  };
}

async function* toldOf<T>(messages: AsyncIterable<T>, tell: Tell): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw tell(error);
  }
}
