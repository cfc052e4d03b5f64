import { Refused } from "../../domain/refusal.ts";
import { Coalescer, type CoalescerOptions } from "./coalescer.ts";

/** Reads that may wait at once, as they do while the database is silent; one organization's are half of them. */
const readsMax = 50_000;
const readsOfOneMax = readsMax / 2;

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
  private reads = 0;

  /** `load` answers a value a key, in order. */
  constructor(
    private readonly load: (orgId: string, keys: readonly K[]) => Promise<readonly V[]>,
    private readonly options: CoalescerOptions<K>,
  ) {}

  async get(orgId: string, key: K): Promise<V> {
    const waiting = this.active.get(orgId);
    if (this.reads >= readsMax || (waiting !== undefined && waiting.reads >= readsOfOneMax))
      throw new Refused({ reason: "OVERLOADED" });
    const active = waiting ?? this.begin(orgId);
    this.reads += 1;
    active.reads += 1;
    try {
      return await active.coalescer.get(key);
    } finally {
      this.reads -= 1;
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
