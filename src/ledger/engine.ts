import type { Verdict } from "../domain/command.ts";
import { Refused } from "../domain/refusal.ts";
import { isConnectionLoss, isContention } from "../store/errors.ts";
import { retrying } from "../store/retry.ts";
import { CommandQueue, type Pending } from "./queue.ts";
import type { Settlement } from "./settlement.ts";

/** Batches under way at once. */
const batchesMax = 3;
/** Operations of one batch. A single command may have more. */
const operationsMax = 512;
/** Commands that may wait. */
const waitingMax = 10_000;

/**
 * Gathers what waits into batches: while one commits the next one fills, so batches grow under load by themselves, and
 * when nothing is under way a call goes through at once. Batches that share no customer's account run side by side.
 */
export class Engine {
  private readonly queue = new CommandQueue();
  private readonly busy = new Set<string>();
  private readonly freeStripes = Array.from({ length: batchesMax }, (_, stripe) => batchesMax - 1 - stripe);
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
    while (this.queue.size > 0) {
      const stripe = this.freeStripes.pop();
      if (stripe === undefined) return;
      const batch = this.queue.take(this.busy, operationsMax);
      if (batch.length === 0) {
        this.freeStripes.push(stripe);
        return;
      }
      this.run(batch, stripe);
    }
  }

  private run(batch: readonly Pending[], stripe: number): void {
    const accounts = batch.flatMap((pending) => pending.accounts);
    for (const account of accounts) this.busy.add(account);
    this.settleAll(batch, stripe).finally(() => {
      for (const account of accounts) this.busy.delete(account);
      this.freeStripes.push(stripe);
      this.startBatches();
    });
  }

  /** Settles a batch and answers everybody in it. Never rejects. */
  private async settleAll(batch: readonly Pending[], stripe: number): Promise<void> {
    const inDoubt = new Set<string>();
    let alive: readonly Pending[] = [];
    try {
      const verdicts = await retrying(async () => {
        alive = withoutTheGone(batch);
        const [first] = alive;
        if (first === undefined) return [];
        const commands = alive.map(({ command }) => command);
        return this.settlement.settle({ orgId: first.command.orgId, commands, stripe, inDoubt });
      });
      for (const [index, pending] of alive.entries()) answer(pending, verdicts[index]);
    } catch (error) {
      await this.isolate(alive, stripe, error);
    }
  }

  /** A batch fails for one command in it: halve it until that one stands alone, and let its neighbours through. */
  private async isolate(batch: readonly Pending[], stripe: number, error: unknown): Promise<void> {
    const isEverybodys = error instanceof Refused || isContention(error) || isConnectionLoss(error);
    if (batch.length <= 1 || isEverybodys) {
      for (const pending of batch) pending.reject(error);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.settleAll(batch.slice(0, middle), stripe);
    await this.settleAll(batch.slice(middle), stripe);
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
