import { atMost } from "./at-most.ts";

const left = new WeakMap<AbortSignal, Promise<unknown>[]>();

/** Notes work that goes on for a while after the signal of its caller has aborted. */
export function noteLeft(signal: AbortSignal, work: Promise<unknown>): void {
  left.set(signal, [...(left.get(signal) ?? []), work]);
}

/** Resolves when all work that was noted for a signal has ended, in whatever way, or after so many milliseconds. */
export async function leftWork(signal: AbortSignal, msMax: number): Promise<void> {
  const works = left.get(signal);
  if (works !== undefined) await atMost(Promise.allSettled(works), msMax, () => undefined);
}
