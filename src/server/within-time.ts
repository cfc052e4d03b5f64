import { deadlineExceeded } from "./call-context.ts";

/** What a promise answers, or DEADLINE_EXCEEDED once so many milliseconds have passed, if there is such a deadline. */
export function withinTime<T>(answer: Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (timeoutMs === undefined) return answer;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(deadlineExceeded()), timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
