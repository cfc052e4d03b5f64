import { Refused } from "../domain/refusal.ts";
import type { Pending } from "./pending.ts";
import type { CommandQueue } from "./queue.ts";

/** In so many parts of the longest wait it is looked who has waited for longer. */
const looksPerWait = 20;

/** Why a command is refused before it costs anything: no room, more before it than its caller has time for, or it has waited for too long. */
export type Turned = "full" | "too_late" | "overdue";

/** Refuses with OVERLOADED what cannot wait, and what has waited for too long. */
export class Door {
  /** How many were refused, by why. */
  readonly turned: Record<Turned, number> = { full: 0, too_late: 0, overdue: 0 };
  private isLooking = false;

  constructor(
    private readonly queue: CommandQueue,
    private readonly waitMsMax: number,
  ) {}

  /** Whether a command may wait; one that may not is refused. */
  admits(pending: Pending): boolean {
    if (!this.queue.hasRoom(pending)) this.turn(pending, "full");
    else if (this.isTooLate(pending)) this.turn(pending, "too_late");
    else return true;
    return false;
  }

  /** Looks from here on who has waited for too long, while anybody waits. */
  watch(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    setTimeout(() => {
      this.isLooking = false;
      const overdue = this.queue.takeOverdue(performance.now() - this.waitMsMax);
      for (const pending of overdue) this.turn(pending, "overdue");
      if (!this.queue.isEmpty) this.watch();
    }, this.waitMsMax / looksPerWait).unref();
  }

  private isTooLate({ orgId, departure }: Pending): boolean {
    const waitMs = this.queue.waitMsOf(orgId);
    return waitMs > 0 && (departure?.timeoutMs?.() ?? Number.POSITIVE_INFINITY) < waitMs;
  }

  private turn(pending: Pending, why: Turned): void {
    this.turned[why] += 1;
    pending.reject(new Refused({ reason: "OVERLOADED" }));
  }
}
