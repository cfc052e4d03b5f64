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
 * What waits, an organization a line, in the order it came. Organizations share the room, of which each command has its part until it
 * is answered, since it may have to wait again; and they take turns: one whose command was
 * larger than a batch lets its turn pass for the rest of it. Inside one a command never overtakes another that touches one of
 * its accounts.
 */
export class CommandQueue {
  private readonly lines = new Map<string, Line>();
  private readonly holders = new Map<string, Holder>();
  private readonly commands: FairBound;
  private readonly bytes: FairBound;

  constructor({ commandsMax, bytesMax }: Pick<QueueBounds, "commandsMax" | "bytesMax">) {
    this.commands = new FairBound(commandsMax);
    this.bytes = new FairBound(bytesMax);
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  /** Whether there is room for one more. */
  hasRoom({ orgId, bytes }: Pending): boolean {
    const { commands, bytes: held } = this.holders.get(orgId) ?? nobody;
    return this.commands.hasRoom(commands, 1) && this.bytes.hasRoom(held, bytes);
  }

  /** How long one more of an organization is going to wait, in milliseconds, as fast as it can be taken from; 0 where nobody knows. */
  waitMsOf(orgId: string): number {
    const line = this.lines.get(orgId);
    return line === undefined ? 0 : line.pace.msOf(line.count);
  }

  push(pending: Pending): void {
    this.lineOf(pending).push(pending);
    this.hold(pending.orgId, { commands: 1, bytes: pending.bytes });
  }

  /** Puts back what was taken, before whatever came later. */
  putBack(pendings: readonly Pending[]): void {
    for (const pending of [...pendings].reverse()) this.lineOf(pending).unshift(pending);
  }

  /** Gives back the room of what was taken of an organization and is not put back: until then it may be. */
  leave(pendings: readonly Pending[]): void {
    const [first] = pendings;
    if (first === undefined) return;
    const bytes = pendings.reduce((sum, pending) => sum + pending.bytes, 0);
    this.hold(first.orgId, { commands: -pendings.length, bytes: -bytes });
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
    let [commands, bytes, since] = [0, 0, now];
    for (const line of this.lines.values()) {
      commands += line.count;
      bytes += line.bytes;
      since = Math.min(since, line.since);
    }
    return { commands, bytes, oldestMs: now - since };
  }

  /** The next batch is another organization's, if any waits. */
  private putBehind(orgId: string, line: Line): void {
    this.lines.delete(orgId);
    if (line.count > 0) this.lines.set(orgId, line);
  }

  private lineOf({ orgId }: Pending): Line {
    const line = this.lines.get(orgId) ?? new Line();
    this.lines.set(orgId, line);
    return line;
  }

  private hold(orgId: string, { commands, bytes }: Readonly<Holder>): void {
    const holder = this.holders.get(orgId) ?? { commands: 0, bytes: 0 };
    if (holder.commands === 0) this.holders.set(orgId, holder);
    holder.commands += commands;
    holder.bytes += bytes;
    if (holder.commands === 0) this.holders.delete(orgId);
    this.commands.taken += commands;
    this.bytes.taken += bytes;
  }
}

/** What one organization has of the room. */
interface Holder {
  commands: number;
  bytes: number;
}

const nobody: Holder = { commands: 0, bytes: 0 };
