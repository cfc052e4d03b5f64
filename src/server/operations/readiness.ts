import { setMaxListeners } from "node:events";
import type { Logger } from "pino";
import { atMost } from "../../bounds/at-most.ts";
import type { Limits } from "../limits.ts";

/** Whether the server can answer, as /readyz and grpc.health.v1 tell it. */
export interface Readiness {
  /** True if a check succeeded within the last interval. All who ask in that time share one check. */
  isReady(): Promise<boolean>;
  /** Resolves when it is worth asking again: after an interval, on `stop`, or when `signal` aborts. */
  pause(signal: AbortSignal): Promise<void>;
  /** From now on the server is not ready, and nothing is checked any more. */
  stop(): void;
  isStopped(): boolean;
}

/** `ready` throws while the server cannot answer; one that takes longer than its limit counts as failed. */
export function createReadiness(
  ready: () => Promise<void>,
  { readinessMsInterval, readinessMsMax }: Limits,
  log: Logger,
): Readiness {
  const stopping = new AbortController();
  // Every watcher listens.
  setMaxListeners(0, stopping.signal);
  let latest = { askedMs: Number.NEGATIVE_INFINITY, answer: Promise.resolve(false) };
  let wasReady = true;

  async function check(): Promise<boolean> {
    try {
      await atMost(ready(), readinessMsMax, () => {
        throw new Error(`no answer within ${readinessMsMax} ms`);
      });
      if (!wasReady) log.info("ready again");
      wasReady = true;
    } catch (error) {
      if (wasReady) log.warn({ err: error }, "not ready");
      wasReady = false;
    }
    return wasReady;
  }

  return {
    async isReady() {
      const nowMs = performance.now();
      if (nowMs - latest.askedMs >= readinessMsInterval) latest = { askedMs: nowMs, answer: check() };
      const answer = await latest.answer;
      return answer && !stopping.signal.aborted;
    },
    pause: (signal) => sleep(readinessMsInterval, [signal, stopping.signal]),
    stop: () => stopping.abort(),
    isStopped: () => stopping.signal.aborted,
  };
}

/** Resolves after `ms` milliseconds, or as soon as one of the signals aborts. */
function sleep(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    for (const signal of signals) signal.addEventListener("abort", wake);
    if (signals.some((signal) => signal.aborted)) wake();
  });
}
