import { FairBound } from "../../../bounds/fair-bound.ts";
import { Refused } from "../../../domain/refusal.ts";
import { Coalescer, type CoalescerOptions } from "./coalescer.ts";

/** Reads that may wait at once, as they do while the database is silent. */
const readsMax = 50_000;

interface Active<K, V> {
  readonly coalescer: Coalescer<K, V>;
  reads: number;
}

/**
 * Answers reads that come together with one load an organization: no statement reads two of them. Refuses with OVERLOADED
 * where too many wait.
 */
export class OrganizationCoalescer<K, V> {
  private readonly active = new Map<string, Active<K, V>>();
  private readonly reads = new FairBound(readsMax);

  /** `load` answers a value a key, in order. */
  constructor(
    private readonly load: (orgId: string, keys: readonly K[]) => Promise<readonly V[]>,
    private readonly options: CoalescerOptions<K>,
  ) {}

  async get(orgId: string, key: K): Promise<V> {
    const waiting = this.active.get(orgId);
    if (!this.reads.hasRoom(waiting?.reads ?? 0, 1)) throw new Refused({ reason: "OVERLOADED" });
    const active = waiting ?? this.begin(orgId);
    this.reads.taken += 1;
    active.reads += 1;
    try {
      return await active.coalescer.get(key);
    } finally {
      this.reads.taken -= 1;
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
