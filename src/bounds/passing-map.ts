import { Places } from "./places.ts";

/**
 * A map whose entries come and go with every call. A plain Map that is full of deleted entries replaces its table, and the old
 * table points to the new one. Once one of these tables is in V8's old generation, all later ones stay until the next full
 * collection, with every value that they held. The tables of this map hold keys and numbers only.
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
