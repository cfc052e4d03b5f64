const parties = new WeakMap<AbortSignal, string>();

/** Notes the party for which the work under a call's signal is done (see `Asker` in turns.ts). */
export function noteParty(signal: AbortSignal, party: string): void {
  parties.set(signal, party);
}

/** The party that was noted for a signal. All signals without one share the empty party. */
export function partyOf(signal: AbortSignal | undefined): string {
  return (signal && parties.get(signal)) ?? "";
}
