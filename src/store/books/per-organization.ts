import { Coalescer, type CoalescerOptions } from "../driver/coalescer.ts";

/** Coalesces the reads of each organization for itself: no query has keys of two, and none waits for another's. */
export class PerOrganization<K, V> {
  private readonly open = new Map<string, { coalescer: Coalescer<K, V>; waiting: number }>();

  /** `load` answers a value a key, in order. */
  constructor(
    private readonly load: (orgId: string, keys: readonly K[]) => Promise<readonly V[]>,
    private readonly options: CoalescerOptions<K>,
  ) {}

  async get(orgId: string, key: K): Promise<V> {
    const own = this.open.get(orgId) ?? { coalescer: this.coalescerOf(orgId), waiting: 0 };
    this.open.set(orgId, own);
    own.waiting += 1;
    try {
      return await own.coalescer.get(key);
    } finally {
      own.waiting -= 1;
      if (own.waiting === 0) this.open.delete(orgId);
    }
  }

  private coalescerOf(orgId: string): Coalescer<K, V> {
    return new Coalescer((keys) => this.load(orgId, keys), this.options);
  }
}
