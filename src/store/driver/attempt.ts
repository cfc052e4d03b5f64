import { isConnectionLoss } from "./errors.ts";

/** One of the attempts at what a caller asked. */
export interface Attempt {
  /** Ends with the caller's deadline. Some callers make it when it is first asked for. */
  readonly signal: AbortSignal;
  /**
   * Does what must not be done again in the next attempt, or finds what that would find no more: where it succeeded once,
   * the n-th such work of the next attempt is answered with its result.
   */
  once<T>(work: Work<T>): Promise<T>;
}

/** Is told whether an attempt before lost its connection here, so that the same may have been committed unseen. */
export type Work<T> = (mayBeDone: boolean) => Promise<T>;

/** The attempt of somebody who makes no other. */
export const onlyAttempt: Attempt = {
  get signal() {
    return new AbortController().signal;
  },
  once: (work) => work(false),
};

/** What the attempts of one call have done so far. */
export class Steps {
  readonly #steps: Step[] = [];
  #asked = 0;

  /** Begins an attempt. */
  begin(): void {
    this.#asked = 0;
  }

  /** See Attempt. */
  async once<T>(work: Work<T>): Promise<T> {
    const step = this.#next();
    if (step.isDone) return step.result as T;
    try {
      const result = await work(step.mayBeDone);
      step.isDone = true;
      step.result = result;
      return result;
    } catch (error) {
      // After contention nothing stands of it: what is there then is somebody else's.
      step.mayBeDone ||= isConnectionLoss(error);
      throw error;
    }
  }

  #next(): Step {
    const index = this.#asked++;
    const known = this.#steps[index];
    if (known !== undefined) return known;
    const step = { mayBeDone: false, isDone: false, result: undefined };
    this.#steps.push(step);
    return step;
  }
}

interface Step {
  mayBeDone: boolean;
  isDone: boolean;
  result: unknown;
}

/** Creates what an attempt before has not created: that is found by `made`, and not made twice nor refused as taken. */
export function creating<T>(
  steps: { create: () => Promise<T>; made: () => Promise<T | undefined> },
  attempt: Attempt,
): Promise<T> {
  return attempt.once(
    async (mayBeDone) => (mayBeDone ? await steps.made() : undefined) ?? (await steps.create()),
  );
}
