/** How often it is looked whether there was time to spare, in milliseconds. */
const lookMs = 4;
/** So much of it in all is enough, in milliseconds: nearly all until the first look. */
const spareMs = 3;
/** After so long, in milliseconds, nobody waits for it. */
const waitMsMax = 32;

/** What time is told by, in milliseconds. */
export interface Clock {
  now(): number;
  /** For how long of it this process had nothing to do. */
  idle(): number;
  later(callback: () => void, ms: number): unknown;
}

const processClock: Clock = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
  later: setTimeout,
};

/**
 * Calls back once this process has had nothing to do for a while. With little to do that is in 4 ms; where the processor is the
 * bound, in up to 32 and the turn of the event loop that is on then, so that what costs it time waits longer there.
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
