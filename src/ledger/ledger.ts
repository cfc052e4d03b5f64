import type { Command, Verdict } from "../domain/transfer.ts";
import type { Database } from "../store/database.ts";
import { AccountDirectory } from "./account-directory.ts";
import { Settlement } from "./settlement.ts";
import { Slots } from "./slots.ts";

/** Batches under way at once. The rest of the pool's connections stay free for reads. */
const batchesMax = 8;
/** Commands that may wait for a batch. */
const waitingMax = 10_000;
/** Transfers that one command may hold. */
export const commandTransfersMax = 1_000;

/** The one way by which balances change. */
export class Ledger {
  private readonly slots = new Slots(batchesMax, waitingMax);
  private readonly settlement: Settlement;

  constructor(database: Database) {
    this.settlement = new Settlement(database, new AccountDirectory(database));
  }

  /**
   * Books a command, whole or not at all. The verdict is a value; thrown are only OVERLOADED, UNAVAILABLE and what
   * ended the signal, and then the caller learns by a retry with the same ids whether it was booked.
   */
  submit(command: Command, signal?: AbortSignal): Promise<Verdict> {
    const { orgId, transfers } = command;
    if (transfers.length > commandTransfersMax) {
      throw new Error(`a command holds at most ${commandTransfersMax} transfers, not ${transfers.length}`);
    }
    return this.slots.run(async (stripe) => {
      const [verdict] = await this.settlement.settle({ orgId, commands: [command], stripe }, signal);
      if (verdict === undefined) throw new Error("a command was left without a verdict");
      return verdict;
    }, signal);
  }
}
