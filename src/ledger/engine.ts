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

/** Operations of one batch. A single command may have more. */
const operationsMax = 512;
/** Batches of one lane: one that commits, or is tried again, and one behind it. */
const batchesMax = 2;

/** What is done with a lane. */
interface LaneUse {
  readonly lane: number;
  /** Whether it may have a batch: the one before, if any, is committing. */
  isReady: boolean;
  /** Batches under way. */
  batches: number;
}

export interface EngineOptions {
  /** False where other workers change the same accounts: they get theirs when a batch of ours is committed. */
  readonly isAlone?: boolean;
  readonly queue?: QueueBounds;
  /** Calls back once there is time to spare. */
  readonly whenSpare?: (callback: () => void) => unknown;
  readonly observer?: BatchObserver;
}

/** What is to do at a moment. */
export interface EngineFigures {
  readonly queue: QueueFigures;
  readonly lanes: { readonly all: number; readonly busy: number };
  /** Commands that were refused before they were tried, by reason. */
  readonly shed: Readonly<Record<ShedReason, number>>;
}

/**
 * Gathers what waits into batches: while some are under way the next one fills, so batches grow under load by themselves,
 * and when nothing is under way a call goes through at once. Batches of different lanes share no customer's account and
 * run side by side; those of one lane follow each other, so they may, where no other worker waits for them. The README has the states of a lane and a batch.
 */
export class Engine {
  private readonly queue: CommandQueue;
  private readonly shedder: LoadShedder;
  private readonly claims: Claims;
  private readonly lanes: readonly LaneUse[];
  private isScheduled = false;
  /** One lane at most tries what is contended, so the others stay free for everybody else. */
  private isTryingContended = false;
  private readonly gathering: Gathering;
  private readonly observer: BatchObserver;
  private readonly attempts: BatchAttempts;
  /** When the turn of the event loop began in which commands come. */
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

  /** Adds a command. Refused with OVERLOADED where too many wait, or those before it take longer than its caller waits. */
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

  /** After what the sockets have brought in this turn, so that calls that came together go together. */
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
    // Where nothing is under way first: what follows a COMMIT waits as long as that does.
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

  /** Puts those back that are tried again, before whatever came later for the same accounts. */
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
