import type { Command, Verdict } from "../domain/command.ts";

/**
 * Whether a caller has gone or its deadline has passed: an AbortSignal, or what can be asked like one where the caller is
 * told by other means. A signal and a listener for every call took a seventh of the time of a charge.
 */
export type Departure = Pick<AbortSignal, "aborted" | "reason"> &
  Partial<Pick<AbortSignal, "addEventListener" | "removeEventListener">>;

/** A command that waits for its verdict. */
export interface Pending {
  readonly command: Command;
  /** Customers' accounts that it touches, by `accountKey`. */
  readonly accounts: readonly string[];
  readonly signal: Departure | undefined;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * What waits, an organization a lane, in the order it came. Organizations take turns; inside one a command never
 * overtakes another that touches one of its accounts.
 */
export class CommandQueue {
  private readonly lanes = new Map<string, Pending[]>();
  private waiting = 0;

  get size(): number {
    return this.waiting;
  }

  push(pending: Pending): void {
    const { orgId } = pending.command;
    const lane = this.lanes.get(orgId);
    if (lane === undefined) this.lanes.set(orgId, [pending]);
    else lane.push(pending);
    this.waiting += 1;
  }

  /**
   * Takes the next batch: commands of one organization, all dry runs or none, up to so many operations, none on a busy
   * account.
   */
  take(busy: ReadonlySet<string>, operationsMax: number): readonly Pending[] {
    for (const [orgId, lane] of this.lanes) {
      const taken = takeFrom(lane, busy, operationsMax);
      if (taken.batch.length === 0) continue;
      // To the end of the line: the next batch is another organization's, if any waits.
      this.lanes.delete(orgId);
      if (taken.rest.length > 0) this.lanes.set(orgId, taken.rest);
      this.waiting -= taken.batch.length;
      return taken.batch;
    }
    return [];
  }
}

function takeFrom(lane: readonly Pending[], busy: ReadonlySet<string>, operationsMax: number) {
  const batch: Pending[] = [];
  const rest: Pending[] = [];
  const passedOver = new Set<string>();
  let operations = 0;
  for (const pending of lane) {
    const size = pending.command.operations.length;
    const isFree = pending.accounts.every((account) => !busy.has(account) && !passedOver.has(account));
    const [first = pending] = batch;
    const isAlike = pending.command.dryRun === first.command.dryRun;
    if (isFree && isAlike && (batch.length === 0 || operations + size <= operationsMax)) {
      batch.push(pending);
      operations += size;
      continue;
    }
    rest.push(pending);
    for (const account of pending.accounts) passedOver.add(account);
  }
  return { batch, rest };
}
