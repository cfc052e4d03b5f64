import type { Verdict } from "../domain/command.ts";
import { Refused } from "../domain/refusal.ts";
import { isTransient } from "../store/driver/errors.ts";
import { retrying } from "../store/retry.ts";
import { Claims } from "./claims.ts";
import { CommandQueue, type Pending } from "./queue.ts";
import { lanesMax, type Settlement } from "./settlement.ts";

/** Operations of one batch. A single command may have more. */
const operationsMax = 512;
/** Batches of one lane: one that commits, or is tried again, and one behind it. */
const batchesMax = 2;
/** Commands that may wait. */
const waitingMax = 10_000;

/** What is done with a lane. */
interface LaneUse {
  readonly lane: number;
  /** Whether it may have a batch: the one before, if any, is committing. */
  isReady: boolean;
  /** Batches under way. */
  batches: number;
}

/**
 * Gathers what waits into batches: while one is under way the next one fills, so batches grow under load by themselves,
 * and when nothing is under way a call goes through at once. Batches of different lanes share no customer's account and
 * run side by side; those of one lane follow each other, so they may.
 */
export class Engine {
  private readonly queue = new CommandQueue();
  private readonly claims = new Claims();
  private readonly lanes: readonly LaneUse[] = Array.from({ length: lanesMax }, (_, lane) => {
    return { lane, isReady: true, batches: 0 };
  });
  private isScheduled = false;

  constructor(private readonly settlement: Settlement) {}

  /** Adds a command. Refused with OVERLOADED where too many wait. */
  submit(pending: Pending): void {
    if (this.queue.size >= waitingMax) {
      pending.reject(new Refused({ reason: "OVERLOADED" }));
      return;
    }
    this.queue.push(pending);
    this.schedule();
  }

  /** After what the sockets have brought in this turn, so that calls that came together go together. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.startBatches();
    });
  }

  private startBatches(): void {
    // Where nothing is under way first: what follows a COMMIT waits as long as that does.
    const ready = this.lanes
      .filter(({ isReady, batches }) => isReady && batches < batchesMax)
      .sort((a, b) => a.batches - b.batches);
    for (const use of ready) {
      const batch = this.queue.take((account) => this.claims.isFree(account, use.lane), operationsMax);
      if (batch.length > 0) this.run(batch, use);
    }
  }

  private run(batch: readonly Pending[], use: LaneUse): void {
    const accounts = batch.flatMap((pending) => pending.accounts);
    this.claims.add(accounts, use.lane);
    use.batches += 1;
    use.isReady = false;
    let isSent = false;
    const sent = () => {
      if (isSent) return;
      isSent = true;
      use.isReady = true;
      this.schedule();
    };
    this.settleAll(batch, use.lane, sent).finally(() => {
      sent();
      use.batches -= 1;
      this.claims.remove(accounts);
      this.startBatches();
    });
  }

  /** Settles a batch and answers everybody in it. Never rejects. */
  private async settleAll(batch: readonly Pending[], lane: number, sent: () => void): Promise<void> {
    const inDoubt = new Set<string>();
    let alive: readonly Pending[] = [];
    try {
      const verdicts = await retrying(async () => {
        alive = withoutTheGone(batch);
        const [first] = alive;
        if (first === undefined) return [];
        const commands = alive.map(({ command }) => command);
        return this.settlement.settle({ orgId: first.command.orgId, commands, lane, inDoubt }, sent);
      });
      for (const [index, pending] of alive.entries()) answer(pending, verdicts[index]);
    } catch (error) {
      await this.isolate(alive, error, (half) => this.settleAll(half, lane, sent));
    }
  }

  /** A batch fails for one command in it: halve it until that one stands alone, and let its neighbours through. */
  private async isolate(
    batch: readonly Pending[],
    error: unknown,
    settle: (half: readonly Pending[]) => Promise<void>,
  ): Promise<void> {
    const isEverybodys = error instanceof Refused || isTransient(error);
    if (batch.length <= 1 || isEverybodys) {
      for (const pending of batch) pending.reject(error);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await settle(batch.slice(0, middle));
    await settle(batch.slice(middle));
  }
}

/** Rejects those whose callers have gone or whose deadlines have passed; nothing is booked for them any more. */
function withoutTheGone(batch: readonly Pending[]): readonly Pending[] {
  return batch.filter(({ signal, reject }) => {
    if (signal?.aborted) reject(signal.reason);
    return !signal?.aborted;
  });
}

function answer(pending: Pending, verdict: Verdict | undefined): void {
  if (verdict === undefined) pending.reject(new Error("a command was left without a verdict"));
  else pending.resolve(verdict);
}
