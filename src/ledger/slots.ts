import { Refused } from "../domain/refusal.ts";

/**
 * A fixed number of places to work in, each with a number of its own, and a bounded line before them. Past the end of
 * the line the caller is refused with OVERLOADED.
 */
export class Slots {
  private readonly free: number[];
  private readonly waiting = new Set<(slot: number) => void>();

  constructor(
    slots: number,
    private readonly waitingMax: number,
  ) {
    this.free = Array.from({ length: slots }, (_, slot) => slots - 1 - slot);
  }

  async run<T>(work: (slot: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const slot = this.free.pop() ?? (await this.wait(signal));
    try {
      return await work(slot);
    } finally {
      this.release(slot);
    }
  }

  private wait(signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    if (this.waiting.size >= this.waitingMax) throw new Refused({ reason: "OVERLOADED" });
    return new Promise((resolve, reject) => {
      const take = (slot: number) => {
        signal?.removeEventListener("abort", leave);
        resolve(slot);
      };
      const leave = () => {
        this.waiting.delete(take);
        reject(signal?.reason);
      };
      this.waiting.add(take);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  private release(slot: number): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.free.push(slot);
      return;
    }
    this.waiting.delete(next);
    next(slot);
  }
}
