import { partyOf } from "../../../bounds/party.ts";
import { RoundTurns } from "../../../bounds/round-turns.ts";

/** For how long of a round of the event loop answers are mapped, in milliseconds. */
const roundMsMax = 10;
/** So many rows take a fraction of that, and wait for nobody. */
const rowsMin = 17;

const answers = new RoundTurns(roundMsMax);
const waits = { aborted: false, reason: undefined };

/**
 * When an answer of so many rows may be mapped. What PostgreSQL answers to hundreds of reads comes at once, and to map all of it
 * takes seconds in which nobody else is served, a charge in each of its steps: so a little of it is mapped in a round, of
 * each organization in its turn. Rejects with the reason of the signal where that aborts before.
 */
export function turnToMap(rows: number, signal?: AbortSignal): Promise<void> | undefined {
  if (rows < rowsMin) return undefined;
  return answers.inTurn({ party: partyOf(signal), departure: signal ?? waits });
}
