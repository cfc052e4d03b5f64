import { type ContextValues, createContextKey, type Interceptor } from "@connectrpc/connect";

const isOfServiceKey = createContextKey(false, { description: "whether the service itself failed" });

/** Whether a failed call failed before or after the service, by an error that is Connect's own. */
export function isOwnFailure(values: ContextValues): boolean {
  return !values.get(isOfServiceKey);
}

/** Notes where a call fails in the service: its errors say what they mean to say, and are passed on as they are. */
export const noteFailures: Interceptor = (next) => async (request) => {
  const note = () => request.contextValues.set(isOfServiceKey, true);
  try {
    const response = await next(request);
    return response.stream ? { ...response, message: noted(response.message, note) } : response;
  } catch (error) {
    note();
    throw error;
  }
};

async function* noted<T>(messages: AsyncIterable<T>, note: () => void): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    note();
    throw error;
  }
}
