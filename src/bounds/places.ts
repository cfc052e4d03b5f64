/** Keeps what comes and goes, each at a place that is its own until it goes. A Set would do the same, and keep what has gone: see PassingMap. */
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
