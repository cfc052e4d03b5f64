import { Tally } from "../../bounds/tally.ts";
import { Histogram } from "./histogram.ts";

/** A batch that was settled. */
export interface CountedBatch {
  readonly operations: number;
  readonly waitMs: number;
  readonly lockMs: number;
  readonly commitMs: number | undefined;
  readonly ms: number;
}

const operationsBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000];
const secondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** There are two causes, and two reasons. */
const namesMax = 10;

/** How large the ledger's batches are, how long their parts take, and what stops them. */
export class BatchCounts {
  readonly operations = new Histogram(operationsBounds);
  readonly waitSeconds = new Histogram(secondsBounds);
  readonly seconds = new Histogram(secondsBounds);
  readonly lockSeconds = new Histogram(secondsBounds);
  readonly commitSeconds = new Histogram(secondsBounds);
  readonly retries = new Tally(namesMax);
  readonly putBacks = new Tally(namesMax);
  #splits = 0;

  get splits(): number {
    return this.#splits;
  }

  settled({ operations, waitMs, lockMs, commitMs, ms }: CountedBatch): void {
    this.operations.add(operations);
    this.waitSeconds.add(waitMs / 1_000);
    this.seconds.add(ms / 1_000);
    this.lockSeconds.add(lockMs / 1_000);
    if (commitMs !== undefined) this.commitSeconds.add(commitMs / 1_000);
  }

  retried(cause: string): void {
    this.retries.add(cause);
  }

  split(): void {
    this.#splits += 1;
  }

  putBack(reason: string): void {
    this.putBacks.add(reason);
  }
}
