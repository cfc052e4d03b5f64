import { partOf } from "./part.ts";

/** What one caller may ask for, by its credential or the subject of its tokens. */
export interface CallerLimits {
  /** Calls at once that may change something, and as many that only read. */
  readonly callsMax: number;
  /** How often; undefined for as often as it likes. */
  readonly rate: CallRate | undefined;
}

export interface CallRate {
  readonly perSecond: number;
  /** Calls at once after a pause. */
  readonly burst: number;
}

export const defaultCallerLimits: CallerLimits = { callsMax: 2_000, rate: undefined };

/** The limits of one of so many processes, so that they hold of all together. */
export function callerLimitsOfOne({ callsMax, rate }: CallerLimits, processes: number): CallerLimits {
  return {
    callsMax: partOf(callsMax, processes),
    rate: rate && { perSecond: rate.perSecond / processes, burst: partOf(rate.burst, processes) },
  };
}
