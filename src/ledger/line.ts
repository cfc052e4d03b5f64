import { PassingMap } from "../bounds/passing-map.ts";
import { Heap } from "./heap.ts";
import { Pace } from "./pace.ts";
import { type Pending, sizeOf } from "./pending.ts";

/** What to take from a line. */
export interface Taking {
  readonly isFree: (pending: Pending) => boolean;
  readonly operationsMax: number;
  /** Whether to take commands that are tried again, or new ones. A batch never mixes them. */
  readonly contended: boolean;
  readonly now: number;
}

/** How many commands that cannot be taken are passed over for one batch. Those behind them wait. */
const passedMax = 512;

interface Place {
  readonly pending: Pending;
  readonly order: number;
  /** On how many of its accounts another command is in front of it. */
  behind: number;
  /** Whether it is in one of the heaps. */
  isListed: boolean;
}

/**
 * The waiting commands of one organization, in their order: a queue for each account. Only commands that are the first on each
 * of their accounts are considered for a batch, so those that wait behind a busy account cost nothing.
 */
export class Line {
  count = 0;
  operations = 0;
  bytes = 0;
  /** By how many operations its last batch was too large. A turn that it lets pass makes up for one full batch. */
  debt = 0;
  pace = new Pace();
  private readonly byAccount = new PassingMap<string, Place[]>();
  private readonly fresh = new Heap<Place>();
  private readonly contended = new Heap<Place>();
  private first = 0;
  private last = 0;

  push(pending: Pending): void {
    this.last += 1;
    const place = this.enter(pending, this.last);
    for (const { key } of pending.accounts) {
      const queue = this.byAccount.get(key);
      if (queue === undefined) this.byAccount.set(key, [place]);
      else if (queue.push(place) > 1) place.behind += 1;
    }
    this.list(place);
  }

  /** Puts a command in front of all others. */
  unshift(pending: Pending): void {
    this.first -= 1;
    const place = this.enter(pending, this.first);
    for (const { key } of pending.accounts) {
      const queue = this.byAccount.get(key);
      if (queue === undefined) this.byAccount.set(key, [place]);
      else {
        const [overtaken] = queue;
        if (overtaken !== undefined) overtaken.behind += 1;
        queue.unshift(place);
      }
    }
    this.list(place);
  }

  /** Takes a batch: all dry runs or none, up to `operationsMax`; and, beyond that, commands whose callers have gone. */
  take({ isFree, operationsMax, contended, now }: Taking): readonly Pending[] {
    const listed = contended ? this.contended : this.fresh;
    const batch: Pending[] = [];
    const passed: Place[] = [];
    let operations = 0;
    let first: Pending | undefined;
    let isFull = false;
    while (operations < operationsMax && passed.length < passedMax) {
      const place = listed.pop();
      if (place === undefined) break;
      place.isListed = false;
      if (place.behind > 0) continue;
      const { pending } = place;
      if (pending.departure?.aborted) {
        batch.push(pending);
        this.leave(place);
        continue;
      }
      const size = sizeOf(pending);
      const fits =
        first === undefined || (operations + size <= operationsMax && isDryRun(pending) === isDryRun(first));
      if (fits && (pending.retry?.at ?? now) <= now && isFree(pending)) {
        first ??= pending;
        batch.push(pending);
        operations += size;
        this.leave(place);
      } else {
        isFull ||= !fits;
        passed.push(place);
      }
    }
    for (const place of passed) this.list(place);
    this.debt = Math.max(0, operations - operationsMax);
    if (contended) return batch;
    if (isFull || operations >= operationsMax) this.pace.take(batch.length, now);
    // Nobody waits, so the next command waits for nobody. Where some are left because of busy accounts the pace stays as it is.
    else if (passed.length === 0) this.pace = new Pace();
    return batch;
  }

  /** Takes the commands that have waited since before a moment and were never tried. */
  takeOverdue(before: number): readonly Pending[] {
    const overdue: Pending[] = [];
    for (let place = this.fresh.pop(); place !== undefined; place = this.fresh.pop()) {
      place.isListed = false;
      if (place.behind > 0) continue;
      if ((place.pending.since ?? before) >= before) {
        this.list(place);
        break;
      }
      overdue.push(place.pending);
      this.leave(place);
    }
    return overdue;
  }

  /** Since when the oldest command waits. It is always the first on each of its accounts. */
  get since(): number {
    let since = Number.POSITIVE_INFINITY;
    for (const places of [this.fresh, this.contended])
      for (const { pending } of places) since = Math.min(since, pending.since ?? since);
    return since;
  }

  private enter(pending: Pending, order: number): Place {
    this.count += 1;
    this.operations += sizeOf(pending);
    this.bytes += pending.bytes;
    return { pending, order, behind: 0, isListed: false };
  }

  /** Takes out a command that is the first on all of its accounts. */
  private leave({ pending }: Place): void {
    this.count -= 1;
    this.operations -= sizeOf(pending);
    this.bytes -= pending.bytes;
    for (const { key } of pending.accounts) {
      const queue = this.byAccount.get(key);
      queue?.shift();
      const next = queue?.[0];
      if (next === undefined) this.byAccount.delete(key);
      else {
        next.behind -= 1;
        this.list(next);
      }
    }
  }

  private list(place: Place): void {
    if (place.behind > 0 || place.isListed) return;
    place.isListed = true;
    (place.pending.retry === undefined ? this.fresh : this.contended).push(place);
  }
}

function isDryRun({ command }: Pending): boolean {
  return command?.dryRun === true;
}
