import { defaultQueueBounds, type QueueBounds } from "../bounds/queue-bounds.ts";
import { Refused } from "../domain/refusal.ts";
import {
  isConnectionLoss,
  isLockTimeout,
  isNodeLoss,
  isTransient,
  isWronglyCommitted,
} from "../store/driver/errors.ts";
import { retrying } from "../store/driver/retry.ts";
import { answer, withoutTheGone } from "./answer.ts";
import { type BatchObserver, type RetryCause, unobserved } from "./batch-observer.ts";
import { Claims } from "./claims.ts";
import { Door, type Turned } from "./door.ts";
import { doubt } from "./doubt.ts";
import { firstInLine } from "./first-in-line.ts";
import { Gathering, type Later } from "./gathering.ts";
import type { Pending } from "./pending.ts";
import { CommandQueue, type QueueFigures } from "./queue.ts";
import type { BatchAttempt, Settled, Settlement } from "./settlement.ts";
import { isBehind, triedAgain, type Unsettled, unsettled } from "./unsettled.ts";

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

/** Where a batch runs, and what is called once its end is sent. */
interface On {
  readonly lane: number;
  readonly sent: () => void;
}

type How = On & Pick<BatchAttempt, "waits">;

export interface EngineOptions {
  /** False where other workers change the same accounts: they get theirs when a batch of ours is committed. */
  readonly isAlone?: boolean;
  readonly queue?: QueueBounds;
  readonly later?: Later;
  readonly observer?: BatchObserver;
}

/** What is to do at a moment. */
export interface EngineFigures {
  readonly queue: QueueFigures;
  readonly lanes: { readonly all: number; readonly busy: number };
  /** Commands that were refused because of what waits, by why. */
  readonly turned: Readonly<Record<Turned, number>>;
}

/**
 * Gathers what waits into batches: while some are under way the next one fills, so batches grow under load by themselves,
 * and when nothing is under way a call goes through at once. Batches of different lanes share no customer's account and
 * run side by side; those of one lane follow each other, so they may, where no other worker waits for them. The README has the states of a lane and a batch.
 */
export class Engine {
  private readonly queue: CommandQueue;
  private readonly door: Door;
  private readonly claims: Claims;
  private readonly lanes: readonly LaneUse[];
  private isScheduled = false;
  /** One lane at most tries what is contended, so the others stay free for everybody else. */
  private isTryingContended = false;
  private readonly gathering: Gathering;
  private readonly observer: BatchObserver;
  /** When the turn of the event loop began in which commands come. */
  private turnMs = 0;

  constructor(
    private readonly settlement: Settlement,
    options: EngineOptions = {},
  ) {
    const { isAlone = true, queue = defaultQueueBounds, later = setTimeout, observer = unobserved } = options;
    this.observer = observer;
    this.queue = new CommandQueue(queue);
    this.door = new Door(this.queue, queue.waitMsMax);
    this.gathering = new Gathering(() => this.startBatches(), later);
    this.claims = new Claims(isAlone);
    this.lanes = Array.from({ length: settlement.lanesMax }, (_, lane) => {
      return { lane, isReady: true, batches: 0 };
    });
  }

  /** Adds a command. Refused with OVERLOADED where too many wait, or those before it take longer than its caller waits. */
  submit(pending: Pending): void {
    if (!this.door.admits(pending)) return;
    this.schedule();
    pending.since = this.turnMs;
    this.queue.push(pending);
    this.door.watch();
  }

  figures(): EngineFigures {
    const busy = this.lanes.filter(({ batches }) => batches > 0).length;
    const lanes = { all: this.lanes.length, busy };
    return { queue: this.queue.figures(performance.now()), lanes, turned: this.door.turned };
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
    const [{ orgId } = { orgId: "" }] = batch;
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
    const settling = contended
      ? this.settleContended(batch, on, keep)
      : this.settleAll(batch, { ...on, waits: "briefly" });
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

  /**
   * Those whose locks are free now are settled at once. Of the others the first in line waits longer, so that it has a
   * place in PostgreSQL's own queue; nobody else has locks meanwhile that someone could wait for.
   */
  private async settleContended(
    batch: readonly Pending[],
    on: On,
    keep: (claimed: readonly Pending[]) => void,
  ): Promise<readonly Unsettled[]> {
    // The lane has no next batch yet, which would wait behind whoever waits in line.
    const unsettled = await this.settleAll(batch, { lane: on.lane, sent: () => undefined, waits: "not" });
    keep(unsettled.map(({ pending }) => pending));
    this.schedule();
    // A node that was lost a moment ago is lost still.
    const taken = unsettled.filter(({ because }) => because === "taken");
    const first = new Set(firstInLine(taken.map(({ pending }) => pending))[0]);
    const others = unsettled.filter(({ pending }) => !first.has(pending));
    const still = await this.settleAll([...first], { ...on, waits: "in line" });
    // Next time it is another's turn.
    return [...others, ...still];
  }

  /** Settles a batch, answers everybody else in it, and tells who is to be tried again later. Never rejects. */
  private async settleAll(batch: readonly Pending[], how: How): Promise<readonly Unsettled[]> {
    let alive: readonly Pending[] = [];
    let failure: RetryCause | undefined;
    try {
      const settled = await retrying(
        async () => {
          if (failure !== undefined) this.observer.retried(failure);
          alive = withoutTheGone(batch);
          if (alive.length === 0) return [];
          return this.attempt(alive, how).catch((error: unknown) => {
            failure = isConnectionLoss(error) ? "connection_lost" : "contention";
            throw error;
          });
        },
        // Trying the whole batch again would make everybody in it wait for that lock, or everybody else for that node.
        { isFinal: (error) => isLockTimeout(error) || this.isOneOrganizations(error) },
      );
      for (const [index, pending] of alive.entries()) answer(pending, settled[index]);
      return unsettled(
        alive.filter((_, index) => settled[index] === "taken"),
        "taken",
      );
    } catch (error) {
      if (isBehind(error)) return unsettled(alive, "behind");
      if (this.isOneNodeLost(error)) return this.settleLost(alive, error, how);
      if (!isLockTimeout(error)) return this.isolate(alive, error, how);
      if (how.waits === "briefly") return this.settleAll(alive, { ...how, waits: "not" });
      return alive.length === 1 || how.waits === "in line"
        ? unsettled(alive, "taken")
        : this.settleHalves(alive, how);
    }
  }

  /**
   * Meanwhile those of a lost node have no lane. Where it was lost again though it has answered since, the batch has a
   * command in it that ends connections: that one is to stand alone.
   */
  private async settleLost(
    batch: readonly Pending[],
    error: unknown,
    how: How,
  ): Promise<readonly Unsettled[]> {
    const lostAt = batch.flatMap(({ retry }) => retry?.lostAt ?? []);
    const isOfCommand =
      batch.length > 1 && lostAt.length > 0 && isNodeLoss(error) && (await this.hasAnswered(batch, lostAt));
    return isOfCommand ? this.settleHalves(batch, how) : unsettled(batch, "lost");
  }

  private hasAnswered([first]: readonly Pending[], lostAt: readonly number[]): Promise<boolean> {
    return this.settlement.hasNodeAnswered(first?.orgId ?? "", Math.max(...lostAt));
  }

  private async attempt(batch: readonly Pending[], { lane, sent, waits }: How): Promise<readonly Settled[]> {
    let moment: Date | undefined;
    const committing = (at: Date) => {
      moment = at;
    };
    try {
      return await this.settlement.settle({ batch, lane, waits, committing }, sent);
    } catch (error) {
      if (moment !== undefined && isConnectionLoss(error)) doubt(batch, moment);
      throw error;
    }
  }

  /** A batch fails for one command in it: halve it until that one stands alone, and let its neighbours through. */
  private async isolate(batch: readonly Pending[], error: unknown, how: How): Promise<readonly Unsettled[]> {
    const isEverybodys = error instanceof Refused || isWronglyCommitted(error) || isTransient(error);
    if (batch.length > 1 && !isEverybodys) return this.settleHalves(batch, how);
    for (const pending of batch) pending.reject(error);
    return [];
  }

  private async settleHalves(batch: readonly Pending[], how: How): Promise<readonly Unsettled[]> {
    this.observer.split();
    const middle = Math.ceil(batch.length / 2);
    const before = await this.settleAll(batch.slice(0, middle), how);
    return [...before, ...(await this.settleAll(batch.slice(middle), how))];
  }

  /** It holds up whatever is of the same organization, and nobody else. */
  private isOneOrganizations(error: unknown): boolean {
    return isBehind(error) || this.isOneNodeLost(error);
  }

  /** Others may be there. */
  private isOneNodeLost(error: unknown): boolean {
    return this.settlement.isDistributed && isConnectionLoss(error);
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
