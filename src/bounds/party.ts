const parties = new WeakMap<AbortSignal, string>();

/** Notes for whom is done what a call's signal ends: see Asker. */
export function noteParty(signal: AbortSignal, party: string): void {
  parties.set(signal, party);
}

/** The party that was noted; of all for whom none was it is the same. */
export function partyOf(signal: AbortSignal | undefined): string {
  return (signal && parties.get(signal)) ?? "";
}
