import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/help.ts";
import { root } from "./documents.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/operating/troubleshoot.md");

/** What stands in the first cells of a section's tables. */
function firstCells(heading: string): string[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return (own.match(/^\| .*?(?= \|)/gm) ?? []).map((cell) => cell.slice("| ".length));
}

const named = (heading: string) =>
  firstCells(heading).flatMap((cell) => [...cell.matchAll(/`(.+?)`/g)].map(([, name = ""]) => name));

it("has every reason once, and none that there is not", () => {
  const reasons = [...read("docs/errors.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, reason]) => reason);
  expect(named("By reason").sort()).toEqual(reasons.sort());
});

it("has every exit code", () => {
  const codes = firstCells("By exit code").filter((cell) => /^\d+$/.test(cell));
  expect(codes).toEqual(expect.arrayContaining(Object.keys(exitCodes)));
});

it("has every record of the log that warns, as it begins", () => {
  const records = named("By log record").map((record) => record.replace(/ …$/, ""));
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const written = sources
    .filter((name) => /(?<!\.test)\.ts$/.test(name))
    .flatMap((name) => [...read(join("src", name)).matchAll(/\blog\.(?:warn|error|fatal)\((.*?)\);/gs)])
    .flatMap(([, args = ""]) => [...args.matchAll(/"([^"]+)"/g)].map(([, words = ""]) => words));
  expect(written.length).toBeGreaterThan(10);
  expect(written.filter((words) => !records.some((record) => words.startsWith(record)))).toEqual([]);
});
