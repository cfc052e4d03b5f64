/** What is answered, unless the signal aborts before: then its reason at once, and `abort` is called. */
export function untilAborted<T>(answer: Promise<T>, signal: AbortSignal, abort: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
