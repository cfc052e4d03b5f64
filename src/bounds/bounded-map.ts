import { LRUCache } from "lru-cache";

/**
 * A map that keeps so many entries at most and drops the least recently used. Given `max` alone, the library would allocate
 * room for all of them at once: 3 MB for 100,000.
 */
export function boundedMap<V extends {}>(entriesMax: number): LRUCache<string, V> {
  return new LRUCache({ maxSize: entriesMax, sizeCalculation: () => 1 });
}
