import { LRUCache } from "lru-cache";

/**
 * A map of so many entries at most: the one that was not used for longest makes room. By `max` alone the library would
 * make room for all of them at once, 3 MB for 100,000.
 */
export function boundedMap<V extends {}>(entriesMax: number): LRUCache<string, V> {
  return new LRUCache({ maxSize: entriesMax, sizeCalculation: () => 1 });
}
