import { FairBound } from "../bounds/fair-bound.ts";
import type { QueueBounds } from "../bounds/queue-bounds.ts";
import { Line, type Taking } from "./line.ts";
import type { Pending } from "./pending.ts";

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
 * What waits, an organization a line, in the order it came. Organizations share the room, and take turns: one whose command was
 * larger than a batch lets its turn pass for the rest of it. Inside one a command never overtakes another that touches one of
 * its accounts.
 */
export class CommandQueue {
  private readonly lines = new Map<string, Line>();
  private readonly commands: FairBound;
  private readonly bytes: FairBound;

  constructor({ commandsMax, bytesMax }: Pick<QueueBounds, "commandsMax" | "bytesMax">) {
    this.commands = new FairBound(commandsMax);
    this.bytes = new FairBound(bytesMax);
  }

  get isEmpty(): boolean {
    return this.commands.taken === 0;
  }

  /** Whether there is room for one more. */
  hasRoom({ orgId, bytes }: Pending): boolean {
    const line = this.lines.get(orgId);
    return this.commands.hasRoom(line?.count ?? 0, 1) && this.bytes.hasRoom(line?.bytes ?? 0, bytes);
  }

  /** How long one more of an organization is going to wait, in milliseconds, by how fast that is taken from; 0 where nobody knows. */
  waitMsOf(orgId: string): number {
    const line = this.lines.get(orgId);
    return line === undefined ? 0 : line.pace.msOf(line.count);
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
      if (line.debt > 0 && this.lines.size > 1) {
        line.debt -= taking.operationsMax;
        this.putBehind(orgId, line);
        continue;
      }
      const batch = line.take(taking);
      if (batch.length === 0) continue;
      line.pace.take(batch.length, taking.now);
      this.leave(batch);
      this.putBehind(orgId, line);
      return batch;
    }
    return [];
  }

  /** Takes what began to wait before a moment and was never tried. */
  takeOverdue(before: number): readonly Pending[] {
    return [...this.lines].flatMap(([orgId, line]) => {
      const overdue = line.takeOverdue(before);
      this.leave(overdue);
      if (line.count === 0) this.lines.delete(orgId);
      return overdue;
    });
  }

  figures(now: number): QueueFigures {
    let since = now;
    for (const line of this.lines.values()) since = Math.min(since, line.since);
    return { commands: this.commands.taken, bytes: this.bytes.taken, oldestMs: now - since };
  }

  /** The next batch is another organization's, if any waits. */
  private putBehind(orgId: string, line: Line): void {
    this.lines.delete(orgId);
    if (line.count > 0) this.lines.set(orgId, line);
  }

  private leave(pendings: readonly Pending[]): void {
    for (const pending of pendings) this.add(pending, -1);
  }

  private lineOf({ orgId, since }: Pending): Line {
    const line = this.lines.get(orgId) ?? new Line(since ?? 0);
    this.lines.set(orgId, line);
    return line;
  }

  private add({ bytes }: Pending, sign: 1 | -1): void {
    this.bytes.taken += sign * bytes;
    this.commands.taken += sign;
  }
}
