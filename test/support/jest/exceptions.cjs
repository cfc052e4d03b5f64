const { readFileSync } = require("node:fs");
const { join, relative } = require("node:path");

const root = join(__dirname, "../../..");

/**
 * Skips those tests of a file that cannot run on a cluster: the names in `../citus/selection.json` begin theirs. A name there
 * that begins none is an error, so that the list has only what is still needed.
 */
module.exports = function skipExceptions(testPath) {
  const { cannot } = JSON.parse(readFileSync(join(__dirname, "../citus/selection.json"), "utf8"));
  const names = Object.keys(cannot[relative(root, testPath)] ?? {});
  return ({ name }, { rootDescribeBlock }) => {
    if (name !== "run_start") return;
    const unused = new Set(names);
    for (const [test, fullName] of testsIn(rootDescribeBlock, "")) {
      for (const each of names.filter((name) => fullName.startsWith(name))) {
        test.mode = "skip";
        unused.delete(each);
      }
    }
    if (unused.size > 0)
      throw new Error(`selection.json names tests that ${testPath} has not: ${[...unused]}`);
  };
};

function* testsIn(block, prefix) {
  for (const child of block.children) {
    const fullName = `${prefix}${child.name}`;
    if (child.type === "test") yield [child, fullName];
    else yield* testsIn(child, `${fullName} `);
  }
}
