import { findingsIn, sources } from "../sources.ts";
import { type Node, nodesOf, treeOf } from "../syntax.ts";

/** What a module can change of its own: the test files of one worker share the modules of src. */
function* stateOf(tree: Node): Generator<string> {
  for (const item of tree["body"] as Node[]) {
    const declared = item.type === "ExportDeclaration" ? (item["declaration"] as Node) : item;
    if (declared.type === "VariableDeclaration" && declared["kind"] !== "const") {
      yield nodesOf(declared, "Identifier").map(({ value }) => String(value))[0] ?? "";
    }
  }
}

describe("a module", () => {
  it("holds no state that it can exchange", () => {
    expect(findingsIn(sources, ({ tree }) => stateOf(tree))).toEqual([]);
  });

  it.each(["let a = 1", "export let a: number", "var a"])("is seen to where it does: %s", (text) => {
    expect([...stateOf(treeOf(text))]).toEqual(["a"]);
  });
});
