/** A map over another one: what is set here hides what is there, until it is taken over or forgotten. */
export class LayeredMap<K, V> {
  /** Made when it is needed: a batch has a layer a command, and most of them change few maps. */
  private own: Map<K, V> | undefined;

  constructor(private readonly below: { get(key: K): V | undefined }) {}

  get(key: K): V | undefined {
    const own = this.own?.get(key);
    return own === undefined ? this.below.get(key) : own;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  set(key: K, value: V): void {
    this.own ??= new Map();
    this.own.set(key, value);
  }

  /** What was set here. */
  changes(): ReadonlyMap<K, V> {
    return this.own ?? new Map();
  }

  /** Sets here whatever was set in another map. */
  takeOver(other: LayeredMap<K, V>): void {
    if (other.own === undefined) return;
    for (const [key, value] of other.own) this.set(key, value);
  }
}
