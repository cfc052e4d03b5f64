import { Places } from "./places.ts";

/**
 * A map of what comes and goes with every call. A Map that is full of what was deleted makes itself another table, and the full one
 * points to it: once one of them is in V8's old generation, those after it live on until the next full collection, with
 * whatever they held when they were full. The tables of this one hold keys and numbers.
 */
export class PassingMap<K, V extends {}> {
  private readonly placeOf = new Map<K, number>();
  private readonly places = new Places<V>();

  get size(): number {
    return this.placeOf.size;
  }

  get(key: K): V | undefined {
    const place = this.placeOf.get(key);
    return place === undefined ? undefined : this.places.at(place);
  }

  set(key: K, value: V): void {
    this.delete(key);
    this.placeOf.set(key, this.places.add(value));
  }

  delete(key: K): void {
    const place = this.placeOf.get(key);
    if (place === undefined) return;
    this.placeOf.delete(key);
    this.places.delete(place);
  }

  /** As a Map does: what is deleted meanwhile is left out. */
  forEach(callback: (value: V) => void): void {
    for (const value of this.places) callback(value);
  }
}
