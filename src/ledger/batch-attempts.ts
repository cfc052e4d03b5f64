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
import type { BatchObserver, RetryCause } from "./batch-observer.ts";
import { doubt } from "./doubt.ts";
import { firstInLine } from "./first-in-line.ts";
import { orgIdOf, type Pending } from "./pending.ts";
import type { BatchAttempt, Settled, Settlement } from "./settlement.ts";
import { isBehind, type Unsettled, unsettled } from "./unsettled.ts";

/** Where a batch runs, and what is called once its end is sent. */
interface On {
  readonly lane: number;
  readonly sent: () => void;
}

type How = On & Pick<BatchAttempt, "waits">;

/** Tries batches: whole, again, in halves. The README has what can go wrong with one, and what then happens. */
export class BatchAttempts {
  constructor(
    private readonly settlement: Settlement,
    private readonly observer: BatchObserver,
  ) {}

  /** Settles a batch, answers everybody else in it, and tells who is to be tried again later. Never rejects. */
  async settle(batch: readonly Pending[], how: How): Promise<readonly Unsettled[]> {
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
      if (how.waits === "briefly") return this.settle(alive, { ...how, waits: "not" });
      return alive.length === 1 || how.waits === "in line"
        ? unsettled(alive, "taken")
        : this.settleHalves(alive, how);
    }
  }

  /**
   * Those whose locks are free now are settled at once. Of the others the first in line waits longer, so that it has a
   * place in PostgreSQL's own queue; nobody else has locks meanwhile that someone could wait for. `keep` is told who is left then.
   */
  async settleContended(
    batch: readonly Pending[],
    on: On,
    keep: (claimed: readonly Pending[]) => void,
  ): Promise<readonly Unsettled[]> {
    // The lane has no next batch yet, which would wait behind whoever waits in line.
    const unsettled = await this.settle(batch, { lane: on.lane, sent: () => undefined, waits: "not" });
    keep(unsettled.map(({ pending }) => pending));
    // A node that was lost a moment ago is lost still.
    const taken = unsettled.filter(({ because }) => because === "taken");
    const first = new Set(firstInLine(taken.map(({ pending }) => pending))[0]);
    const others = unsettled.filter(({ pending }) => !first.has(pending));
    const still = await this.settle([...first], { ...on, waits: "in line" });
    // Next time it is another's turn.
    return [...others, ...still];
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
      batch.length > 1 &&
      lostAt.length > 0 &&
      isNodeLoss(error) &&
      (await this.settlement.hasNodeAnswered(orgIdOf(batch), Math.max(...lostAt)));
    return isOfCommand ? this.settleHalves(batch, how) : unsettled(batch, "lost");
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
    const before = await this.settle(batch.slice(0, middle), how);
    return [...before, ...(await this.settle(batch.slice(middle), how))];
  }

  /** It holds up whatever is of the same organization, and nobody else. */
  private isOneOrganizations(error: unknown): boolean {
    return isBehind(error) || this.isOneNodeLost(error);
  }

  /** Others may be there. */
  private isOneNodeLost(error: unknown): boolean {
    return this.settlement.isDistributed && isConnectionLoss(error);
  }
}
