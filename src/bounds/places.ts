/**
 * Keeps values that come and go, each at a place of its own, which is reused afterwards. A Set would keep values that have gone: see
 * PassingMap.
 */
export class Places<V extends {}> {
  private readonly values: (V | undefined)[] = [];
  private readonly free: number[] = [];

  add(value: V): number {
    const place = this.free.pop() ?? this.values.length;
    this.values[place] = value;
    return place;
  }

  at(place: number): V | undefined {
    return this.values[place];
  }

  /** Once for each that was added. */
  delete(place: number): void {
    this.values[place] = undefined;
    this.free.push(place);
  }

  *[Symbol.iterator](): Iterator<V> {
    for (const value of this.values) if (value !== undefined) yield value;
  }
}
