import { type Pending, sizeOf } from "./pending.ts";

/** What may wait at once: of everybody, and of one organization, so that its flood leaves room for the others. */
export interface QueueBounds {
  readonly commandsMax: number;
  readonly bytesMax: number;
  /** The part of both that one organization may take. */
  readonly share: number;
}

/** What is taken from the queue. */
export interface Taking {
  readonly isFree: (pending: Pending) => boolean;
  readonly operationsMax: number;
  /** Those that are tried again because somebody else had one of their accounts, or the others. They never mix. */
  readonly contended: boolean;
  readonly now: number;
}

interface Line {
  pendings: Pending[];
  bytes: number;
}

/**
 * What waits, an organization a line, in the order it came. Organizations take turns; inside one a command never
 * overtakes another that touches one of its accounts.
 */
export class CommandQueue {
  private readonly lines = new Map<string, Line>();
  private count = 0;
  private bytes = 0;

  constructor(private readonly bounds: QueueBounds) {}

  /** Whether there is room for one more. */
  hasRoom({ orgId, bytes }: Pending): boolean {
    const { commandsMax, bytesMax, share } = this.bounds;
    const line = this.lines.get(orgId);
    return (
      this.count < commandsMax &&
      this.bytes + bytes <= bytesMax &&
      (line === undefined ||
        (line.pendings.length < commandsMax * share && line.bytes + bytes <= bytesMax * share))
    );
  }

  push(pending: Pending): void {
    this.lineOf(pending).pendings.push(pending);
    this.add(pending, 1);
  }

  /** Puts back what was taken, before whatever came later. */
  putBack(pendings: readonly Pending[]): void {
    for (const pending of [...pendings].reverse()) {
      this.lineOf(pending).pendings.unshift(pending);
      this.add(pending, 1);
    }
  }

  /** Takes the next batch: commands of one organization, all dry runs or none, up to so many operations. */
  take(taking: Taking): readonly Pending[] {
    for (const [orgId, line] of this.lines) {
      const { batch, rest } = takeFrom(line.pendings, taking);
      if (batch.length === 0) continue;
      line.pendings = rest;
      for (const pending of batch) this.add(pending, -1);
      // Behind the others: the next batch is another organization's, if any waits.
      this.lines.delete(orgId);
      if (rest.length > 0) this.lines.set(orgId, line);
      return batch;
    }
    return [];
  }

  private lineOf({ orgId }: Pending): Line {
    const line = this.lines.get(orgId) ?? { pendings: [], bytes: 0 };
    this.lines.set(orgId, line);
    return line;
  }

  private add(pending: Pending, sign: 1 | -1): void {
    const line = this.lines.get(pending.orgId);
    if (line !== undefined) line.bytes += sign * pending.bytes;
    this.bytes += sign * pending.bytes;
    this.count += sign;
  }
}

function takeFrom(line: readonly Pending[], taking: Taking) {
  const batch: Pending[] = [];
  const rest: Pending[] = [];
  const passedOver = new Set<string>();
  let operations = 0;
  for (const pending of line) {
    const size = sizeOf(pending);
    const isNext =
      isWanted(pending, taking) &&
      taking.isFree(pending) &&
      !pending.accounts.some(({ key }) => passedOver.has(key));
    const [first = pending] = batch;
    const isAlike = isDryRun(pending) === isDryRun(first);
    if (isNext && isAlike && (batch.length === 0 || operations + size <= taking.operationsMax)) {
      batch.push(pending);
      operations += size;
      continue;
    }
    rest.push(pending);
    for (const { key } of pending.accounts) passedOver.add(key);
  }
  return { batch, rest };
}

function isWanted({ retry }: Pending, { contended, now }: Taking): boolean {
  return contended ? retry !== undefined && retry.at <= now : retry === undefined;
}

function isDryRun({ command }: Pending): boolean {
  return command?.dryRun === true;
}
