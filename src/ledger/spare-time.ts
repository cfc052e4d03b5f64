/** How often the idle time is looked at, in milliseconds. */
const lookMs = 4;
/** So much idle time is enough, in milliseconds: nearly all of the time until the first look. */
const spareMs = 3;
/** The longest wait for idle time, in milliseconds. */
const waitMsMax = 32;

/** The clock of a process, in milliseconds. */
export interface Clock {
  now(): number;
  /** How long the process has been idle since it began. */
  idle(): number;
  later(callback: () => void, ms: number): unknown;
}

const processClock: Clock = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
  later: setTimeout,
};

/**
 * Calls back once this process has been idle for a few milliseconds: after 4 ms where it has little to do, and after up to 32 ms,
 * at the end of a round of the event loop, where the processor is busy. So work that can wait does so under load.
 */
export function whenTimeToSpare(callback: () => void, clock: Clock = processClock): void {
  const [since, idle] = [clock.now(), clock.idle()];
  const look = () => {
    const leftMs = since + waitMsMax - clock.now();
    if (leftMs <= 0 || clock.idle() - idle >= spareMs) callback();
    else clock.later(look, Math.min(lookMs, leftMs));
  };
  clock.later(look, lookMs);
}
