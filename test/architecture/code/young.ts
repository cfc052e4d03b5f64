import { findingsIn, sources } from "../sources.ts";
import { type Node, nameOf, nodesOf, treeOf } from "../syntax.ts";

const functions = new Set(["ArrowFunctionExpression", "FunctionExpression"]);

/**
 * What V8 makes in the old generation, where it stays until the next full collection with all that it refers to, and so with all of
 * a call: a function that is written where a property is assigned (`CheckAssigningFunctionLiteralToProperty` in V8's parser) and
 * the getters of an object that is written out. A function that has a name first, and the getters of a class, are made young.
 */
function* oldIn(tree: Node): Generator<string> {
  for (const { left, right } of nodesOf(tree, "AssignmentExpression")) {
    const isProperty = (left as Node).type === "MemberExpression";
    if (isProperty && functions.has((right as Node).type)) yield nameOf(left) ?? "";
  }
  for (const { properties } of nodesOf(tree, "ObjectExpression")) {
    for (const { type, key } of properties as Node[])
      if (type === "GetterProperty" || type === "SetterProperty") yield nameOf(key) ?? "";
  }
}

describe("what the service makes", () => {
  // Also what does not come with a call, for its text does not tell.
  it("is made where it may die young", () => {
    const ofService = sources.filter(({ path }) => path.startsWith("src/"));
    expect(findingsIn(ofService, ({ tree }) => oldIn(tree))).toEqual([]);
  });

  it.each([
    "this.a = () => b",
    "b.a = async (c) => { await c; }",
    "b.a = function () {}",
    "b.a ??= () => c",
    "return { get a() { return b; } }",
    "x = { set a(b) {} }",
  ])("is seen where it is not: %s", (text) => {
    expect([...oldIn(treeOf(`function f() { ${text} }`))]).toEqual(["a"]);
  });

  it.each(["const a = () => b; this.a = a", "a = () => b", "f(() => b)", "return { a: () => b, c() {} }"])(
    "may be made so: %s",
    (text) => {
      expect([...oldIn(treeOf(`function f() { ${text} }`))]).toEqual([]);
    },
  );
});
