import { nodesVariable } from "../database.ts";

/** Tests of what only a cluster has. Where none is at hand it says that they are not run. */
export function describeOnCluster(
  name: string,
  tests: (nodes: readonly [string, ...string[]]) => void,
): void {
  const nodes = process.env[nodesVariable]?.split(" ") as [string, ...string[]] | undefined;
  if (nodes === undefined)
    it(`${name}: not run, for no Citus is at hand`, () => expect(nodes).toBeUndefined());
  else describe(name, () => tests(nodes));
}
