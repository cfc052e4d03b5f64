import { Coalescer, type CoalescerOptions } from "./coalescer.ts";

interface Active<K, V> {
  readonly coalescer: Coalescer<K, V>;
  reads: number;
}

/** Answers reads that come together with one load an organization: no statement reads two of them. */
export class OrganizationCoalescer<K, V> {
  private readonly active = new Map<string, Active<K, V>>();

  /** `load` answers a value a key, in order. */
  constructor(
    private readonly load: (orgId: string, keys: readonly K[]) => Promise<readonly V[]>,
    private readonly options: CoalescerOptions<K>,
  ) {}

  async get(orgId: string, key: K): Promise<V> {
    const active = this.active.get(orgId) ?? this.begin(orgId);
    active.reads += 1;
    try {
      return await active.coalescer.get(key);
    } finally {
      active.reads -= 1;
      if (active.reads === 0) this.active.delete(orgId);
    }
  }

  private begin(orgId: string): Active<K, V> {
    const coalescer = new Coalescer<K, V>((keys) => this.load(orgId, keys), this.options);
    const active = { coalescer, reads: 0 };
    this.active.set(orgId, active);
    return active;
  }
}
