import { PassingMap } from "../bounds/passing-map.ts";
import { Heap } from "./heap.ts";
import { Pace } from "./pace.ts";
import { type Pending, sizeOf } from "./pending.ts";

/** What is taken of a line. */
export interface Taking {
  readonly isFree: (pending: Pending) => boolean;
  readonly operationsMax: number;
  /** Those that are tried again because somebody else had one of their accounts, or the others. They never mix. */
  readonly contended: boolean;
  readonly now: number;
}

/** As many may be looked at in vain for one batch. Those behind them wait until one of them is free. */
const passedMax = 512;

interface Place {
  readonly pending: Pending;
  readonly order: number;
  /** On how many of them somebody is before it. */
  behind: number;
  /** Whether it is among those that are looked at. */
  isListed: boolean;
}

/**
 * What waits of one organization, in the order it came: a queue an account. Looked at is only who is the first on each of
 * its accounts, so however many wait behind one that is busy cost nothing.
 */
export class Line {
  count = 0;
  operations = 0;
  bytes = 0;
  /** Operations of its last batch beyond those that one may have; a turn makes up for as many. */
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

  /** Puts it before all others. */
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

  /** Takes a batch: all dry runs or none, up to so many operations, beside those whose callers have gone. */
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
      if (pending.signal?.aborted) {
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
    // Whoever comes next waits for nobody; where some are left whose accounts are busy, nothing is known of the others.
    else if (passed.length === 0) this.pace = new Pace();
    return batch;
  }

  /** Takes those that began to wait before a moment and were never tried. */
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

  /** Since when the oldest of them waits: it is the first on each of its accounts. */
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

  /** Takes out who is the first on all of its accounts. */
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
