import { FairBound } from "../bounds/fair-bound.ts";
import type { QueueBounds } from "../bounds/queue-bounds.ts";
import { Line, type Taking } from "./line.ts";
import type { Pending } from "./pending.ts";

/** What to take from the queue. */
export interface QueueTaking extends Taking {
  /** Whether a batch of an organization may begin now, where so many operations wait. */
  readonly isDue: (orgId: string, operations: number) => boolean;
}

/** How much waits now. */
export interface QueueFigures {
  readonly commands: number;
  readonly bytes: number;
  /** How long the oldest has waited, in milliseconds; 0 where nothing waits. */
  readonly oldestMs: number;
}

/**
 * The waiting commands: one line for each organization. Organizations share the room of the queue; a command keeps its part
 * until it is answered, because it may be put back. Organizations take turns; one whose last batch was too large, because of a
 * single large command, lets turns pass. Within an organization no command overtakes another on an account of both.
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

  /** Whether there is room for a command. */
  hasRoom({ orgId, bytes }: Pending): boolean {
    const { commands, bytes: held } = this.holders.get(orgId) ?? nobody;
    return this.commands.hasRoom(commands, 1) && this.bytes.hasRoom(held, bytes);
  }

  /** How long another command of an organization will wait at the present pace, in milliseconds; 0 where that is not known. */
  waitMsOf(orgId: string): number {
    const line = this.lines.get(orgId);
    return line === undefined ? 0 : line.pace.msOf(line.count);
  }

  push(pending: Pending): void {
    this.lineOf(pending).push(pending);
    this.hold(pending.orgId, { commands: 1, bytes: pending.bytes });
  }

  /** Puts commands back that were taken, in front of all others. */
  putBack(pendings: readonly Pending[]): void {
    for (const pending of [...pendings].reverse()) this.lineOf(pending).unshift(pending);
  }

  /** Gives back the room of commands of one organization that will not be put back any more. */
  leave(pendings: readonly Pending[]): void {
    const [first] = pendings;
    if (first === undefined) return;
    const bytes = pendings.reduce((sum, pending) => sum + pending.bytes, 0);
    this.hold(first.orgId, { commands: -pendings.length, bytes: -bytes });
  }

  /** Takes the next batch: commands of one organization, all dry runs or none. */
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

  /** Takes the commands that have waited since before a moment and were never tried. */
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

  /** Lets the other organizations have their turns first. */
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

/** The part of the room that one organization has. */
interface Holder {
  commands: number;
  bytes: number;
}

const nobody: Holder = { commands: 0, bytes: 0 };
