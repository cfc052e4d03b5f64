import { findingsIn, tests } from "../sources.ts";
import { chainOf, type Node, nameOf, nodesOf, treeOf } from "../syntax.ts";

const runners = new Set(["it", "test", "describe"]);
const skips = new Set(["skip", "only", "todo", "failing"]);
const skippers = new Set(["xit", "fit", "xtest", "xdescribe", "fdescribe"]);

function* skippedIn(tree: Node): Generator<string> {
  for (const call of nodesOf(tree, "CallExpression")) {
    const [name = "", ...of] = chainOf(call);
    if (skippers.has(name)) yield name;
    if ([name, ...of].some((each) => skips.has(each)) && of.some((each) => runners.has(each)))
      yield [...of.toReversed(), name].join(".");
  }
}

/** What has no effect where the files of a worker share their modules. */
const ofModules = new Set([
  "mock",
  "doMock",
  "unmock",
  "setMock",
  "unstable_mockModule",
  "resetModules",
  "isolateModules",
  "isolateModulesAsync",
]);

function* replacedIn(tree: Node): Generator<string> {
  for (const call of nodesOf(tree, "CallExpression")) {
    const [name = "", ...of] = chainOf(call);
    if (ofModules.has(name) && of.at(-1) === "jest") yield name;
  }
}

/** Jest would not know which of them a promise belongs to: `support/jest/runtime.cjs` tells it which one runs. */
function* concurrentIn(tree: Node): Generator<string> {
  for (const call of nodesOf(tree, "CallExpression")) {
    const [name = "", ...of] = chainOf(call);
    const isConcurrent = [name, ...of].includes("concurrent") && of.some((each) => runners.has(each));
    if (isConcurrent) yield [...of.toReversed(), name].join(".");
  }
}

/** What fast-check puts every character into a map for: `support/characters.ts` makes the same. */
function* mappedIn(tree: Node): Generator<string> {
  for (const { key, value } of nodesOf(tree, "KeyValueProperty")) {
    const name = nameOf(key);
    if (name === "noUnicodeString" || (name === "unit" && nameOf(value) === "binary")) yield name;
  }
}

/** What shows the backends of every database, of which the test files beside it have theirs, with tables of the same oids. */
function* unscopedIn(tree: Node): Generator<string> {
  for (const { cooked } of nodesOf(tree, "TemplateElement")) {
    const text = String(cooked);
    if (/from pg_(locks|stat_activity)/.test(text) && !/datname = |pid = pg_backend_pid\(\)/.test(text))
      yield text;
  }
}

describe("tests", () => {
  it("are all run", () => {
    expect(findingsIn(tests, ({ tree }) => skippedIn(tree))).toEqual([]);
  });

  it.each(["it.skip('a', f)", "describe.only('a', f)", "it.only.each([1])('a', f)", "xit('a', f)"])(
    "are seen where they are not: %s",
    (text) => {
      expect([...skippedIn(treeOf(text))].length).toBeGreaterThan(0);
    },
  );

  it("of a file run one after another", () => {
    expect(findingsIn(tests, ({ tree }) => concurrentIn(tree))).toEqual([]);
  });

  it.each(["it.concurrent('a', f)", "test.concurrent.each([1])('a', f)"])(
    "are seen where they do not: %s",
    (text) => {
      expect([...concurrentIn(treeOf(text))].length).toBeGreaterThan(0);
    },
  );

  it("replace no modules", () => {
    expect(findingsIn(tests, ({ tree }) => replacedIn(tree))).toEqual([]);
  });

  it.each(["jest.mock('a', f)", "jest.useRealTimers().resetModules()"])(
    "are seen where they do: %s",
    (text) => {
      expect([...replacedIn(treeOf(text))]).toHaveLength(1);
    },
  );

  it("take any characters from one place", () => {
    expect(findingsIn(tests, ({ tree }) => mappedIn(tree))).toEqual([]);
  });

  it("look at the backends of their own database", () => {
    expect(findingsIn(tests, ({ tree }) => unscopedIn(tree))).toEqual([]);
  });

  it("are seen where they look at all", () => {
    expect([...unscopedIn(treeOf("sql`select from pg_locks where not granted`"))]).toHaveLength(1);
  });

  it.each(['fc.string({ unit: "binary" })', "fc.jsonValue({ noUnicodeString: false })"])(
    "are seen where they do not: %s",
    (text) => {
      expect([...mappedIn(treeOf(text))]).toHaveLength(1);
    },
  );
});
