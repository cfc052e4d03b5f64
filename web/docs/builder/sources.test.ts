import { createRequire } from "node:module";
import { join } from "node:path";
import { readDocuments } from "./document.ts";
import { readReference } from "./reference/read.ts";

const root = join(import.meta.dirname, "../../..");
const { missingFromInputs } = createRequire(import.meta.url)("../../../scripts/web-inputs.mjs") as {
  missingFromInputs(sources: readonly string[]): string[];
};

/** What a build would refuse is told by the tests, too, whatever was built before. */
it("of the pages have no link that leads nowhere, and are all known to the build as what it has to look at", () => {
  const made = readReference(root);
  const sources = readDocuments({ root, made }).map(({ source }) => source);
  expect(missingFromInputs(sources.filter((source) => !made.has(source)))).toEqual([]);
});
