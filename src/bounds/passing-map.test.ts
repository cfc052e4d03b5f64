import { PassingMap } from "./passing-map.ts";
import { Places } from "./places.ts";

test("a map gives what was added until it is deleted, at however many places", () => {
  const map = new PassingMap<string, string>();
  const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
  for (const key of keys) map.set(key, `first ${key}`);
  for (const key of keys.slice(0, 60)) map.delete(key);
  map.delete("never added");
  for (const key of keys.slice(30, 50)) map.set(key, `second ${key}`);

  expect(keys.map((key) => map.get(key))).toEqual(
    keys.map((key, index) => {
      if (index >= 60) return `first ${key}`;
      return index >= 30 && index < 50 ? `second ${key}` : undefined;
    }),
  );
  expect(map.size).toBe(60);
});

test("places that are left are taken again, and none twice at once", () => {
  const places = new Places<string>();
  const [a, b, c] = ["a", "b", "c"].map((value) => places.add(value));
  if (a === undefined || b === undefined || c === undefined) throw new Error("no places");
  places.delete(b);
  places.delete(a);
  const again = [places.add("d"), places.add("e"), places.add("f")];

  expect([...places].sort()).toEqual(["c", "d", "e", "f"]);
  expect(new Set([c, ...again]).size).toBe(4);
  expect(Math.max(...again)).toBe(3);
});

test("what leaves while all are looked at is left out, and the others are seen once", () => {
  const places = new Places<number>();
  const at = [1, 2, 3, 4].map((value) => places.add(value));
  const seen: number[] = [];
  for (const value of places) {
    seen.push(value);
    if (value === 2) for (const place of at.slice(1, 3)) places.delete(place);
  }
  expect(seen).toEqual([1, 2, 4]);
});
