import { findingsIn, type Source, sources } from "../sources.ts";
import { argumentsOf, chainOf, nodesOf } from "../syntax.ts";

/** Who makes errors of code UNAVAILABLE, and gives them RetryInfo. */
const maker = "src/server/reasoned.ts";

/** Calls, and constructions, that are given the code itself. */
function* makingOf({ tree }: Source): Iterable<string> {
  for (const call of nodesOf(tree, "CallExpression", "NewExpression"))
    for (const argument of argumentsOf(call)) {
      const [name, of] = chainOf(argument);
      if (name === "Unavailable" && of === "Code") yield chainOf(call["callee"])[0] ?? "";
    }
}

describe("an error of code UNAVAILABLE", () => {
  it("says when to try again: all that are no refusals are made by the one who says so", () => {
    expect(findingsIn(sources, makingOf)).toEqual([`${maker}: retriable`]);
  });
});
