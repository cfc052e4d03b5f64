import { Refused } from "../domain/refusal.ts";
import type { Pending } from "./pending.ts";
import type { CommandQueue } from "./queue.ts";

/** How often, within the longest wait, the queue is searched for commands that have waited longer than that. */
const looksPerWait = 20;

/**
 * Why a command is refused before it is tried: the queue is full, the commands before it take longer than its caller
 * waits, or it has waited for longer than a command may.
 */
export type ShedReason = "full" | "too_late" | "overdue";

/** Refuses with OVERLOADED the commands that would wait in vain, and those that have. */
export class LoadShedder {
  /** How many were refused, by reason. */
  readonly shed: Record<ShedReason, number> = { full: 0, too_late: 0, overdue: 0 };
  private isLooking = false;

  constructor(
    private readonly queue: CommandQueue,
    private readonly waitMsMax: number,
  ) {}

  /** Whether a command may enter the queue. One that may not is refused here. */
  admits(pending: Pending): boolean {
    if (!this.queue.hasRoom(pending)) this.refuse(pending, "full");
    else if (this.isTooLate(pending)) this.refuse(pending, "too_late");
    else return true;
    return false;
  }

  /** Refuses overdue commands from now on, until the queue is empty. */
  watch(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    setTimeout(() => {
      this.isLooking = false;
      const overdue = this.queue.takeOverdue(performance.now() - this.waitMsMax);
      for (const pending of overdue) this.refuse(pending, "overdue");
      if (!this.queue.isEmpty) this.watch();
    }, this.waitMsMax / looksPerWait).unref();
  }

  private isTooLate({ orgId, departure }: Pending): boolean {
    const waitMs = this.queue.waitMsOf(orgId);
    return waitMs > 0 && (departure?.timeoutMs?.() ?? Number.POSITIVE_INFINITY) < waitMs;
  }

  private refuse(pending: Pending, reason: ShedReason): void {
    this.shed[reason] += 1;
    pending.reject(new Refused({ reason: "OVERLOADED" }));
  }
}
