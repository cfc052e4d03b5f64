import { defaultQueueBounds, type QueueBounds } from "../bounds/queue-bounds.ts";
import { BatchAttempts } from "./batch-attempts.ts";
import { type BatchObserver, unobserved } from "./batch-observer.ts";
import { Claims } from "./claims.ts";
import { Gathering } from "./gathering.ts";
import { LoadShedder, type ShedReason } from "./load-shedder.ts";
import { orgIdOf, type Pending } from "./pending.ts";
import { CommandQueue, type QueueFigures } from "./queue.ts";
import type { Settlement } from "./settlement.ts";
import { whenTimeToSpare } from "./spare-time.ts";
import { triedAgain, type Unsettled } from "./unsettled.ts";

/** Operations that a batch gathers at most. A single command may have more. */
const operationsMax = 512;
/** Batches that a lane has at most: one that commits, or is tried again, and one behind it. */
const batchesMax = 2;

/** What a lane is doing. */
interface LaneUse {
  readonly lane: number;
  /** Whether it may begin a batch: the one before, if any, is committing. */
  isReady: boolean;
  /** Batches under way. */
  batches: number;
}

export interface EngineOptions {
  /** False where other workers change the same accounts. Then no batch follows another on one account before it is committed. */
  readonly isAlone?: boolean;
  readonly queue?: QueueBounds;
  /** Calls back once there is time to spare. */
  readonly whenSpare?: (callback: () => void) => unknown;
  readonly observer?: BatchObserver;
}

/** How much there is to do now. */
export interface EngineFigures {
  readonly queue: QueueFigures;
  readonly lanes: { readonly all: number; readonly busy: number };
  /** Commands that were refused before they were tried, by reason. */
  readonly shed: Readonly<Record<ShedReason, number>>;
}

/**
 * Gathers commands into batches and runs the batches on lanes. When nothing is under way a command runs at once; while batches
 * are under way the next one fills, so batches grow with the load. Batches of different lanes run at the same time and share no
 * customer's account. Batches of one lane run one after another, so they may share accounts, unless another worker waits for
 * these. The README has the states of a lane and of a batch.
 */
export class Engine {
  private readonly queue: CommandQueue;
  private readonly shedder: LoadShedder;
  private readonly claims: Claims;
  private readonly lanes: readonly LaneUse[];
  private isScheduled = false;
  /** Only one lane at a time tries contended commands; the others stay free for everybody else. */
  private isTryingContended = false;
  private readonly gathering: Gathering;
  private readonly observer: BatchObserver;
  private readonly attempts: BatchAttempts;
  /** When the current round of the event loop began, in which commands arrive. */
  private turnMs = 0;

  constructor(settlement: Settlement, options: EngineOptions = {}) {
    const { isAlone = true, queue = defaultQueueBounds, observer = unobserved } = options;
    this.observer = observer;
    this.attempts = new BatchAttempts(settlement, observer);
    this.queue = new CommandQueue(queue);
    this.shedder = new LoadShedder(this.queue, queue.waitMsMax);
    this.gathering = new Gathering(() => this.startBatches(), options.whenSpare ?? whenTimeToSpare);
    this.claims = new Claims(isAlone);
    this.lanes = Array.from({ length: settlement.lanesMax }, (_, lane) => {
      return { lane, isReady: true, batches: 0 };
    });
  }

  /** Queues a command. Refuses it with OVERLOADED where the queue is full, or the caller would not wait long enough. */
  submit(pending: Pending): void {
    if (!this.shedder.admits(pending)) return;
    this.schedule();
    pending.since = this.turnMs;
    this.queue.push(pending);
    this.shedder.watch();
  }

  figures(): EngineFigures {
    const busy = this.lanes.filter(({ batches }) => batches > 0).length;
    const lanes = { all: this.lanes.length, busy };
    return { queue: this.queue.figures(performance.now()), lanes, shed: this.shedder.shed };
  }

  /** Starts batches at the end of this round of the event loop, so that calls that arrive together share a batch. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.turnMs = performance.now();
    setImmediate(() => {
      this.isScheduled = false;
      this.startBatches();
    });
  }

  private startBatches(): void {
    // Idle lanes first: a batch behind a COMMIT has to wait for it.
    const ready = this.lanes
      .filter(({ isReady, batches }) => isReady && batches < batchesMax)
      .sort((a, b) => a.batches - b.batches);
    for (const use of ready) {
      const contended = this.isTryingContended ? [] : this.take(use, true);
      const batch = contended.length > 0 ? contended : this.take(use, false);
      if (batch.length > 0) this.run(batch, use, contended.length > 0);
    }
  }

  private take({ lane }: LaneUse, contended: boolean): readonly Pending[] {
    const isFree = (pending: Pending) => this.claims.areFree(pending, lane);
    const isDue = (orgId: string, operations: number) => contended || this.gathering.isDue(orgId, operations);
    return this.queue.take({ isDue, isFree, operationsMax, contended, now: performance.now() });
  }

  private run(batch: readonly Pending[], use: LaneUse, contended: boolean): void {
    const orgId = orgIdOf(batch);
    this.claims.add(batch, use.lane);
    if (contended) this.isTryingContended = true;
    else this.gathering.begin(orgId);
    use.batches += 1;
    use.isReady = false;
    let isSent = false;
    const sent = () => {
      if (isSent) return;
      isSent = true;
      use.isReady = true;
      this.schedule();
    };
    let claimed = batch;
    const keep = (rest: readonly Pending[]) => {
      const kept = new Set(rest);
      this.claims.remove(claimed.filter((pending) => !kept.has(pending)));
      claimed = rest;
    };
    const on = { lane: use.lane, sent };
    const keepAndGoOn = (rest: readonly Pending[]) => {
      keep(rest);
      this.schedule();
    };
    const settling = contended
      ? this.attempts.settleContended(batch, on, keepAndGoOn)
      : this.attempts.settle(batch, { ...on, waits: "briefly" });
    settling
      .then((unsettled) => this.tryLater(batch, unsettled))
      .finally(() => {
        sent();
        if (contended) this.isTryingContended = false;
        else this.gathering.end(orgId);
        use.batches -= 1;
        keep([]);
        this.startBatches();
      });
  }

  /** Puts commands back that are tried again, in front of later commands on the same accounts. */
  private tryLater(batch: readonly Pending[], unsettled: readonly Unsettled[]): void {
    const waiting = triedAgain(unsettled, performance.now());
    const again = new Set(waiting);
    this.queue.leave(waiting.length === 0 ? batch : batch.filter((pending) => !again.has(pending)));
    if (waiting.length === 0) return;
    for (const { retry } of waiting) if (retry !== undefined) this.observer.putBack(retry.reason);
    this.queue.putBack(waiting);
    const pauseMs = Math.max(...waiting.map(({ retry }) => retry?.pauseMs ?? 0));
    setTimeout(() => this.startBatches(), pauseMs + 1);
  }
}
