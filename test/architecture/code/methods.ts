import { basename } from "node:path";
import { services } from "../../../src/api/services.ts";
import type { App } from "../../../src/app.ts";
import { findingsIn, partOf, sources } from "../sources.ts";
import { chainOf, nodesOf } from "../syntax.ts";

const kebab = (name: string) => name.replace(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
const methods = services({} as App).flatMap(({ desc }) => desc.methods);
const handlers = sources.filter(({ path }) => partOf(path) === "api" && !path.startsWith("src/api/shared/"));

/** What the wrapper around every method does. */
const wrapped = new Set(["retrying", "authorize", "uuidv7", "callerOf"]);

describe("methods", () => {
  it("have a file each, named after them", () => {
    expect(methods.length).toBeGreaterThan(70);
    const files = new Set(handlers.map(({ path }) => basename(path)));
    expect(methods.filter(({ name }) => !files.has(`${kebab(name)}.ts`)).map(({ name }) => name)).toEqual([]);
  });

  it("leave retries, roles, ids and the ledger's queue to what is around them", () => {
    const calls = findingsIn(handlers, ({ tree }) =>
      nodesOf(tree, "CallExpression").flatMap((call) => {
        const [name = "", of] = chainOf(call);
        return wrapped.has(name) || (name === "submit" && of === "ledger")
          ? [chainOf(call).join(" of ")]
          : [];
      }),
    );
    expect(calls).toEqual([]);
  });
});
