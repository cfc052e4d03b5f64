import { Coalescer } from "./coalescer.ts";

interface Load {
  readonly keys: readonly string[];
  answer(values?: readonly string[]): void;
  fail(error: Error): void;
}

/** A coalescer whose loads a test answers by hand. */
function manual(bounds = { keysMax: 3, loadsMax: 2 }) {
  const loads: Load[] = [];
  const coalescer = new Coalescer<string, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        loads.push({
          keys,
          answer: (values = keys.map((key) => `${key}!`)) => resolve(values),
          fail: reject,
        });
      }),
    { ...bounds, nameOf: (key) => key },
  );
  return { coalescer, loads };
}

const turn = () => new Promise(setImmediate);

it("loads a key that comes alone at once", async () => {
  const { coalescer, loads } = manual();
  const value = coalescer.get("a");
  await turn();
  loads[0]?.answer();
  expect([await value, loads.map(({ keys }) => keys)]).toEqual(["a!", [["a"]]]);
});

it("loads keys that come together with one load, each key once, and gives each its own value", async () => {
  const { coalescer, loads } = manual();
  const values = ["a", "b", "a"].map((key) => coalescer.get(key));
  await turn();
  loads[0]?.answer();
  expect(await Promise.all(values)).toEqual(["a!", "b!", "a!"]);
  expect(loads.map(({ keys }) => keys)).toEqual([["a", "b"]]);
});

it("loads no more keys at once, and has no more loads under way, than it may", async () => {
  const { coalescer, loads } = manual();
  const values = ["1", "2", "3", "4", "5", "6", "7"].map((key) => coalescer.get(key));
  await turn();
  expect(loads.map(({ keys }) => keys)).toEqual([
    ["1", "2", "3"],
    ["4", "5", "6"],
  ]);
  loads[1]?.answer();
  await turn();
  expect(loads.map(({ keys }) => keys).slice(2)).toEqual([["7"]]);
  for (const load of loads) load.answer();
  expect(await Promise.all(values)).toHaveLength(7);
});

it("never answers a read with a load that began before it", async () => {
  const { coalescer, loads } = manual({ keysMax: 3, loadsMax: 1 });
  const before = coalescer.get("a");
  await turn();
  const after = coalescer.get("a");
  await turn();
  loads[0]?.answer(["old"]);
  await turn();
  loads[1]?.answer(["new"]);
  expect([await before, await after]).toEqual(["old", "new"]);
});

it("fails those whose load fails, and goes on with the others", async () => {
  const { coalescer, loads } = manual({ keysMax: 1, loadsMax: 1 });
  const [failing, going] = [coalescer.get("a"), coalescer.get("b")];
  await turn();
  loads[0]?.fail(new Error("no database"));
  await expect(failing).rejects.toThrow("no database");
  await turn();
  loads[1]?.answer();
  expect(await going).toBe("b!");
});

it("fails a load that answers for other keys than it was asked for", async () => {
  const { coalescer, loads } = manual();
  const value = coalescer.get("a");
  await turn();
  loads[0]?.answer([]);
  await expect(value).rejects.toThrow("other keys");
});
