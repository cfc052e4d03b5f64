import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf, root } from "./documents.ts";

it("the chart of the three totals shows what the page's commands print", () => {
  const printed = blocksOf("docs/concepts/holds.md")
    .filter(({ language }) => language === "text")
    .flatMap(({ text }) => [...text.matchAll(/"posted":"(.*?)" "held":"(.*?)" "available":"(.*?)"/g)])
    .map((match) => match.slice(1));
  const drawn = readFileSync(join(root, "docs/diagrams/totals.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/ {2,}/).slice(1));
  expect(printed.length).toBeGreaterThan(5);
  // Before the first hold nothing is printed.
  expect(drawn).toEqual([["100", "0", "100"], ...printed]);
});
