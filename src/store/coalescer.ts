/** How much one load takes, and how many loads may be under way. */
export interface CoalescerBounds {
  readonly keysMax: number;
  readonly loadsMax: number;
}

interface Waiting<K, V> {
  readonly key: K;
  readonly resolve: (value: V) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Answers reads that come together with one load. A read that comes alone goes at once; under load those that come
 * while loads are under way go together with the next one.
 */
export class Coalescer<K, V> {
  private waiting: Waiting<K, V>[] = [];
  private underWay = 0;
  private isScheduled = false;

  /** `load` answers a value a key, in order. */
  constructor(
    private readonly load: (keys: readonly K[]) => Promise<readonly V[]>,
    private readonly bounds: CoalescerBounds,
  ) {}

  get(key: K): Promise<V> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.startLoads();
    });
  }

  private startLoads(): void {
    while (this.waiting.length > 0 && this.underWay < this.bounds.loadsMax) {
      const batch = this.waiting.slice(0, this.bounds.keysMax);
      this.waiting = this.waiting.slice(this.bounds.keysMax);
      this.underWay += 1;
      this.answer(batch).finally(() => {
        this.underWay -= 1;
        this.startLoads();
      });
    }
  }

  /** Never rejects. */
  private async answer(batch: readonly Waiting<K, V>[]): Promise<void> {
    try {
      const values = await this.load(batch.map(({ key }) => key));
      if (values.length !== batch.length) throw new Error("a load answered other keys than it was asked for");
      for (const [index, value] of values.entries()) batch[index]?.resolve(value);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
