import { partOf } from "./part.ts";

/** How much one caller may ask for: a credential, or a subject of tokens. */
export interface CallerLimits {
  /** Calls under way that may change something; as many again may only read. */
  readonly callsMax: number;
  /** How often it may call; undefined: without a bound. */
  readonly rate: CallRate | undefined;
}

export interface CallRate {
  readonly perSecond: number;
  /** How many calls it may make at once after a pause. */
  readonly burst: number;
}

export const defaultCallerLimits: CallerLimits = { callsMax: 2_000, rate: undefined };

/** The limits that one of several processes applies, so that all of them together apply the whole. */
export function callerLimitsOfOne({ callsMax, rate }: CallerLimits, processes: number): CallerLimits {
  return {
    callsMax: partOf(callsMax, processes),
    rate: rate && { perSecond: rate.perSecond / processes, burst: partOf(rate.burst, processes) },
  };
}
