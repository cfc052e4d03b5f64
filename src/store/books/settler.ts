import type { AccountRef } from "../../domain/account.ts";
import { Refused } from "../../domain/refusal.ts";

/** Makes the bookings that time alone has caused: the ledger. */
export interface Settler {
  /**
   * Makes those of these accounts that are due, or as many of them as fit a batch. False where none was made: nothing is
   * due any more, or what is cannot be made.
   */
  settleDue(orgId: string, accounts: readonly AccountRef[], signal?: AbortSignal): Promise<boolean>;
}

/** As often as a batch may have to be settled before a read sees an account with nothing due. */
const roundsMax = 100;

/**
 * What `read` answers once nothing is due in it: bookings that time has caused are made first, then it reads again. What
 * is due and cannot be made is read as it is. UNAVAILABLE where more is due than a read waits for.
 */
export async function readSettled<T>(
  of: { settler: Settler; orgId: string; signal?: AbortSignal | undefined },
  read: () => Promise<T>,
  unsettledIn: (answer: T) => readonly AccountRef[],
): Promise<T> {
  for (let round = 0; round < roundsMax; round += 1) {
    const answer = await read();
    const due = unsettledIn(answer);
    if (due.length === 0) return answer;
    if (!(await of.settler.settleDue(of.orgId, due, of.signal))) return read();
  }
  throw new Refused({ reason: "UNAVAILABLE" });
}
