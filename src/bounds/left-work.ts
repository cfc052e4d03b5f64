import { atMost } from "./at-most.ts";

const left = new WeakMap<AbortSignal, Promise<unknown>[]>();

/** Notes work that goes on for a moment, although the signal of whoever it is for has aborted. */
export function noteLeft(signal: AbortSignal, work: Promise<unknown>): void {
  left.set(signal, [...(left.get(signal) ?? []), work]);
}

/** Resolves when all that was noted has ended, however, or has taken so many milliseconds more. */
export async function leftWork(signal: AbortSignal, msMax: number): Promise<void> {
  const works = left.get(signal);
  if (works !== undefined) await atMost(Promise.allSettled(works), msMax, () => undefined);
}
