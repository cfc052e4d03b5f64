import { LayeredMap } from "./layered-map.ts";

describe("a map over another one", () => {
  const below = new Map([
    ["a", 1],
    ["b", 2],
  ]);

  it("shows what is below, until it is set here", () => {
    const map = new LayeredMap(below);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, 2, undefined]);
    map.set("a", 10);
    map.set("c", 30);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([10, 2, 30]);
  });

  it("leaves what is below as it was, and tells what was set here", () => {
    const map = new LayeredMap(below);
    map.set("a", 10);
    expect(below.get("a")).toBe(1);
    expect([...map.changes()]).toEqual([["a", 10]]);
  });

  it("sees through several layers, and sees changes below that come later", () => {
    const middle = new LayeredMap(below);
    const top = new LayeredMap(middle);
    middle.set("b", 20);
    expect([top.get("a"), top.get("b")]).toEqual([1, 20]);
  });

  it("takes over what a layer upon it has set, and nothing that was only tried", () => {
    const base = new LayeredMap(below);
    base.set("a", 10);
    const [taken, forgotten] = [new LayeredMap(base), new LayeredMap(base)];
    taken.set("a", 100);
    taken.set("d", 4);
    forgotten.set("b", 0);
    base.takeOver(taken);
    expect([base.get("a"), base.get("b"), base.get("d")]).toEqual([100, 2, 4]);
  });
});
