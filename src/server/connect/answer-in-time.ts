import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { deadlineExceeded } from "../rpc/call-context.ts";

/**
 * Answers a unary call when its deadline passes or its caller goes, whatever the interceptors and the implementation still
 * wait for. Connect's own handlers abort the signal and wait on; `createUnaryInvoker` does the same for the other ways
 * of calling.
 */
export const answerInTime: Interceptor = (next) => (request) =>
  request.stream ? next(request) : untilAborted(next(request), request.signal);

function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(endOf(signal));
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

function endOf({ reason }: AbortSignal): ConnectError {
  const error = ConnectError.from(reason, Code.Canceled);
  // What a caller says who resets the stream with such a code is no failure of ours.
  if (error.code === Code.Internal) return new ConnectError(error.rawMessage, Code.Canceled);
  return error.code === Code.DeadlineExceeded ? deadlineExceeded() : error;
}
