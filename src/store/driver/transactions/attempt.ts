import { CommitUnanswered } from "../errors.ts";

/** One of the attempts at what a caller asked. */
export interface Attempt {
  /** Ends with the caller's deadline. Some callers make it when it is first asked for. */
  readonly signal: AbortSignal;
  /**
   * Does what must not be done again in the next attempt, or finds what that would find no more: where it succeeded once,
   * the work of that name in the next attempt is answered with its result. No name is used twice in an attempt.
   */
  once<T>(name: string, work: Work<T>): Promise<T>;
}

/** Is told whether the COMMIT of a change had no answer here in an attempt before: the same may have been done unseen. */
export type Work<T> = (mayBeDone: boolean) => Promise<T>;

/** The attempt of somebody who makes no other. */
class OnlyAttempt implements Attempt {
  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  once<T>(_name: string, work: Work<T>): Promise<T> {
    return work(false);
  }
}

export const onlyAttempt: Attempt = new OnlyAttempt();

/**
 * What the attempts of one call have done so far. A step is known by its name and not by its place, because the next
 * attempt may find that it can leave out some of them.
 */
export class Steps {
  /** Most calls only read, and have none; those that change something have one or two. */
  #steps: Step[] | undefined;
  #attempt = 0;

  /** Begins an attempt. */
  begin(): void {
    this.#attempt += 1;
  }

  /** See Attempt. */
  once<T>(name: string, work: Work<T>): Promise<T> {
    const step = this.#step(name);
    if (step.askedIn === this.#attempt)
      return Promise.reject(new Error(`two steps of an attempt are called ${name}`));
    step.askedIn = this.#attempt;
    if (step.isDone) return Promise.resolve(step.result as T);
    return work(step.mayBeDone).then(
      (result) => {
        step.isDone = true;
        step.result = result;
        return result;
      },
      (error: unknown) => {
        // After anything else nothing stands of it: what is there then is somebody else's.
        step.mayBeDone ||= error instanceof CommitUnanswered;
        throw error;
      },
    );
  }

  #step(name: string): Step {
    const known = this.#steps?.find((step) => step.name === name);
    if (known !== undefined) return known;
    const step = { name, mayBeDone: false, isDone: false, result: undefined, askedIn: null };
    if (this.#steps === undefined) this.#steps = [step];
    else this.#steps.push(step);
    return step;
  }
}

interface Step {
  readonly name: string;
  mayBeDone: boolean;
  isDone: boolean;
  result: unknown;
  /** The number of the last attempt that asked for it; null where none did. */
  askedIn: number | null;
}

/**
 * Creates, in a transaction, what an attempt before has not created: that is found by `made`, and not made twice nor
 * refused as taken.
 */
export function creating<T>(
  name: string,
  steps: { create: () => Promise<T>; made: () => Promise<T | undefined> },
  attempt: Attempt,
): Promise<T> {
  return attempt.once(name, async (mayBeDone) => {
    if (!mayBeDone) return steps.create();
    const made = await steps.made();
    if (made !== undefined) return made;
    const created = await outcomeOf(steps.create());
    // What stands in the way may be one's own, of which the COMMIT came to pass only now.
    const late = await steps.made();
    if (late !== undefined) return late;
    if ("error" in created) throw created.error;
    return created.value;
  });
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
