const { existsSync } = require("node:fs");
const { join, relative } = require("node:path");
const { default: TestSequencer } = require("@jest/test-sequencer");

const root = join(__dirname, "../../..");
/** What takes longest, mostly by waiting. Begun last, one of them would run alone at the end. */
const longest = [
  "test/docs/docs.test.ts",
  "test/bad-input/attacks.test.ts",
  "test/lifecycle/workers/serving.test.ts",
  "test/lifecycle/workers/ending.test.ts",
  "test/lifecycle/embedded-backup.test.ts",
  "test/calls/cut-connections.test.ts",
  "test/lifecycle/workers/hanging.test.ts",
  "test/import/odd-rows.test.ts",
  "test/faults/faults.test.ts",
  "test/lifecycle/drain.test.ts",
  "test/calls/locked-rows.test.ts",
  "test/bad-input/connections.test.ts",
  "src/store/driver/nodes/node-watch.test.ts",
  "src/store/driver/nodes/silence.test.ts",
];
for (const file of longest) if (!existsSync(join(root, file))) throw new Error(`${file} is no test file`);

/** Jest knows how long files take only where they have run before, and goes by their sizes elsewhere. */
module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    const place = ({ path }) => {
      const at = longest.indexOf(relative(root, path));
      return at < 0 ? longest.length : at;
    };
    return super.sort(tests).toSorted((one, other) => place(one) - place(other));
  }
};
