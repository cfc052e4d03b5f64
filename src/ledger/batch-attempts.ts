import { Refused } from "../domain/refusal.ts";
import {
  isConnectionLoss,
  isLockTimeout,
  isNodeLoss,
  isTransient,
  isWronglyCommitted,
} from "../store/driver/errors.ts";
import { retrying } from "../store/driver/transactions/retry.ts";
import { answer, withoutTheGone } from "./answer.ts";
import type { BatchObserver, RetryCause } from "./batch-observer.ts";
import { doubt } from "./doubt.ts";
import { firstInLine } from "./first-in-line.ts";
import { orgIdOf, type Pending } from "./pending.ts";
import type { BatchAttempt, Settled, Settlement } from "./settlement.ts";
import { isBehind, type Unsettled, unsettled } from "./unsettled.ts";

/** The lane of a batch, and what is called once its COMMIT or ROLLBACK is sent. */
interface On {
  readonly lane: number;
  readonly sent: () => void;
}

type How = On & Pick<BatchAttempt, "waits">;

/** Settles a batch in as many attempts as it takes: whole, again, in halves. The README lists what can go wrong, and what follows. */
export class BatchAttempts {
  constructor(
    private readonly settlement: Settlement,
    private readonly observer: BatchObserver,
  ) {}

  /** Settles a batch and answers its callers. Resolves with the commands that are to be tried again later; never rejects. */
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
        // With another attempt the whole batch would wait for that lock, or all other organizations for that node.
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
   * Settles commands that were put back. Those whose locks are free are settled at once. Of the others the first one, with
   * those that share its accounts, then waits longer, and so gets a place in PostgreSQL's own queue. It waits alone, so no
   * other command keeps its locks meanwhile. `keep` is told which commands are left after the first step.
   */
  async settleContended(
    batch: readonly Pending[],
    on: On,
    keep: (claimed: readonly Pending[]) => void,
  ): Promise<readonly Unsettled[]> {
    // The lane gets no next batch yet: it would wait behind the command that waits in line.
    const unsettled = await this.settle(batch, { lane: on.lane, sent: () => undefined, waits: "not" });
    keep(unsettled.map(({ pending }) => pending));
    // What was lost a moment ago is not tried again now.
    const taken = unsettled.filter(({ because }) => because === "taken");
    const first = new Set(firstInLine(taken.map(({ pending }) => pending))[0]);
    const others = unsettled.filter(({ pending }) => !first.has(pending));
    const still = await this.settle([...first], { ...on, waits: "in line" });
    // Next time it is another's turn.
    return [...others, ...still];
  }

  /**
   * Puts a batch back whose node was lost, so that it keeps no lane. Where the node has answered since it was lost before, and
   * is lost again, a command of the batch ends its connections: the batch is halved, until that command stands alone.
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

  /** Halves a batch that fails because of one command, until that command stands alone and the others go through. */
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

  /** Whether an error concerns one organization only: another attempt on this lane would delay all others. */
  private isOneOrganizations(error: unknown): boolean {
    return isBehind(error) || this.isOneNodeLost(error);
  }

  /** Whether one node was lost, while others may still be there. */
  private isOneNodeLost(error: unknown): boolean {
    return this.settlement.isDistributed && isConnectionLoss(error);
  }
}
