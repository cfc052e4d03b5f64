import { findingsIn, tests } from "./sources.ts";
import { chainOf, type Node, nodesOf, treeOf } from "./syntax.ts";

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
});
