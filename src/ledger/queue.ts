import { Line, type Taking } from "./line.ts";
import type { Pending } from "./pending.ts";

/** What may wait at once: of everybody, and of one organization, so that its flood leaves room for the others. */
export interface QueueBounds {
  readonly commandsMax: number;
  readonly bytesMax: number;
  /** The part of both that one organization may take. */
  readonly share: number;
}

/** What is taken, and of whom. */
export interface QueueTaking extends Taking {
  /** Whether a batch of an organization may be taken now, of so many operations that wait. */
  readonly isDue: (orgId: string, operations: number) => boolean;
}

/** What waits at a moment. */
export interface QueueFigures {
  readonly commands: number;
  readonly bytes: number;
  /** How long the oldest has waited, in milliseconds; 0 where nothing waits. */
  readonly oldestMs: number;
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
      (line === undefined || (line.count < commandsMax * share && line.bytes + bytes <= bytesMax * share))
    );
  }

  push(pending: Pending): void {
    this.lineOf(pending).push(pending);
    this.add(pending, 1);
  }

  /** Puts back what was taken, before whatever came later. */
  putBack(pendings: readonly Pending[]): void {
    for (const pending of [...pendings].reverse()) {
      this.lineOf(pending).unshift(pending);
      this.add(pending, 1);
    }
  }

  /** Takes the next batch: commands of one organization, all dry runs or none, up to so many operations. */
  take(taking: QueueTaking): readonly Pending[] {
    for (const [orgId, line] of this.lines) {
      if (!taking.isDue(orgId, line.operations)) continue;
      const batch = line.take(taking);
      if (batch.length === 0) continue;
      for (const pending of batch) this.add(pending, -1);
      // Behind the others: the next batch is another organization's, if any waits.
      this.lines.delete(orgId);
      if (line.count > 0) this.lines.set(orgId, line);
      return batch;
    }
    return [];
  }

  figures(now: number): QueueFigures {
    let since = now;
    for (const line of this.lines.values()) since = Math.min(since, line.since);
    return { commands: this.count, bytes: this.bytes, oldestMs: now - since };
  }

  private lineOf({ orgId }: Pending): Line {
    const line = this.lines.get(orgId) ?? new Line();
    this.lines.set(orgId, line);
    return line;
  }

  private add({ bytes }: Pending, sign: 1 | -1): void {
    this.bytes += sign * bytes;
    this.count += sign;
  }
}
