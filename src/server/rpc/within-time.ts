import { atMost } from "../../bounds/at-most.ts";
import { deadlineExceeded } from "./call-context.ts";

/** The answer, that of a promise, or DEADLINE_EXCEEDED once so many milliseconds have passed, if there is such a deadline. */
export async function withinTime<T>(answer: T | Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (timeoutMs === undefined || !(answer instanceof Promise)) return answer;
  return atMost(answer, timeoutMs, () => {
    throw deadlineExceeded();
  });
}
