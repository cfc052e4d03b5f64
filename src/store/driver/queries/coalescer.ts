export interface CoalescerOptions<K> {
  /** The same text for the same key, which a load asks for once, however many wait for it. */
  readonly nameOf: (key: K) => string;
  /** How much one load takes. */
  readonly keysMax: number;
  /** How many loads may be under way. */
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
    private readonly options: CoalescerOptions<K>,
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
    while (this.waiting.length > 0 && this.underWay < this.options.loadsMax) {
      const batch = this.waiting.slice(0, this.options.keysMax);
      this.waiting = this.waiting.slice(this.options.keysMax);
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
      const groups = this.byName(batch);
      const values = await this.load(groups.map(({ key }) => key));
      if (values.length !== groups.length)
        throw new Error("a load answered other keys than it was asked for");
      for (const [index, value] of values.entries()) {
        for (const { resolve } of groups[index]?.waiting ?? []) resolve(value);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private byName(batch: readonly Waiting<K, V>[]): { key: K; waiting: Waiting<K, V>[] }[] {
    const groups = new Map<string, { key: K; waiting: Waiting<K, V>[] }>();
    for (const waiting of batch) {
      const name = this.options.nameOf(waiting.key);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, { key: waiting.key, waiting: [waiting] });
      else group.waiting.push(waiting);
    }
    return [...groups.values()];
  }
}
