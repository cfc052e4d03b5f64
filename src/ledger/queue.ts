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
 * What waits, an organization a line, in the order it came. Organizations take turns; inside one a command never
 * overtakes another that touches one of its accounts.
 */
export class CommandQueue {
  private readonly lines = new Map<string, Pending[]>();
  private waiting = 0;

  get size(): number {
    return this.waiting;
  }

  push(pending: Pending): void {
    const { orgId } = pending.command;
    const line = this.lines.get(orgId);
    if (line === undefined) this.lines.set(orgId, [pending]);
    else line.push(pending);
    this.waiting += 1;
  }

  /**
   * Takes the next batch: commands of one organization, all dry runs or none, up to so many operations, all of their
   * accounts free.
   */
  take(isFree: (account: string) => boolean, operationsMax: number): readonly Pending[] {
    for (const [orgId, line] of this.lines) {
      const taken = takeFrom(line, isFree, operationsMax);
      if (taken.batch.length === 0) continue;
      // Behind the others: the next batch is another organization's, if any waits.
      this.lines.delete(orgId);
      if (taken.rest.length > 0) this.lines.set(orgId, taken.rest);
      this.waiting -= taken.batch.length;
      return taken.batch;
    }
    return [];
  }
}

function takeFrom(line: readonly Pending[], isFree: (account: string) => boolean, operationsMax: number) {
  const batch: Pending[] = [];
  const rest: Pending[] = [];
  const passedOver = new Set<string>();
  let operations = 0;
  for (const pending of line) {
    const size = pending.command.operations.length;
    const isNext = pending.accounts.every((account) => isFree(account) && !passedOver.has(account));
    const [first = pending] = batch;
    const isAlike = pending.command.dryRun === first.command.dryRun;
    if (isNext && isAlike && (batch.length === 0 || operations + size <= operationsMax)) {
      batch.push(pending);
      operations += size;
      continue;
    }
    rest.push(pending);
    for (const account of pending.accounts) passedOver.add(account);
  }
  return { batch, rest };
}
