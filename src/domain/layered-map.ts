/** A map on top of another one. What is set here hides what is below, and leaves it unchanged. */
export class LayeredMap<K, V> {
  /** Made on the first change: a batch has a layer for each command, and most commands change few maps. */
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

  /** Sets everything here that was set in another map. */
  takeOver(other: LayeredMap<K, V>): void {
    if (other.own === undefined) return;
    for (const [key, value] of other.own) this.set(key, value);
  }
}
