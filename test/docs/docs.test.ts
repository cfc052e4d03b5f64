import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientSettings } from "../../src/cli/remote/settings.ts";
import { settings } from "../../src/config.ts";
import { type Demo, startDemo, type Traces } from "./demo.ts";
import {
  blocksOf,
  codeMaps,
  documents,
  entriesOf,
  filesNamedIn,
  hazardsOf,
  headingsOf,
  linksOf,
  readingOrder,
  root,
} from "./documents.ts";

/** The sections of the page, which a test of the command line compares with the program. */
const commandNames = headingsOf("docs/command-line.md")
  .filter((heading) => heading.startsWith("tallystick-"))
  .map((heading) => heading.slice("tallystick-".length).replaceAll("-", " "));
const settingNames = [
  ...Object.keys(settings),
  ...Object.keys(clientSettings),
  "TALLYSTICK_URL",
  "TALLYSTICK_ADDRESS",
];

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

it("is all reached by links from the README", () => {
  expect(readingOrder().sort()).toEqual(documents().sort());
});

/** One service and one folder for all of them: whoever reads page after page sees on each what it prints. */
describe.each(readingOrder())("%s", (document) => {
  it("runs as printed", async () => {
    const blocks = blocksOf(document);
    if (!blocks.some(({ language }) => language === "sh")) return;
    const before = await demo.traces();
    const outputs = await demo.run(blocks.filter(({ language }) => language === "sh"));
    let output = "";
    for (const block of blocks) {
      const where = `${document}:${block.line}`;
      if (block.language === "sh") output = outputs.shift() ?? "";
      if (block.language === "json")
        expect({ where, printed: shapeOf(output) }).toEqual({ where, printed: shapeOf(block.text) });
      if (block.language === "text")
        expect({ where, printed: output }).toEqual({ where, printed: block.text });
    }
    const entries = entriesOf(document);
    if (entries.length > 0) expect(await demo.entriesBeside([...before.rows.keys()])).toEqual(entries);
    expectOwnOrganizationsAndKeys(document, before, await demo.traces());
  }, 60_000);

  it("has commands that every shell takes alike", () => {
    for (const { language, text, line } of blocksOf(document)) {
      if (language !== "sh") continue;
      const where = `${document}:${line}`;
      expect({ where, hazards: hazardsOf(text) }).toEqual({ where, hazards: [] });
    }
  });
});

describe.each([...documents(), ...codeMaps()])("%s", (document) => {
  it("links to what exists", () => {
    for (const { target, heading } of linksOf(document)) {
      expect({ target, exists: existsSync(join(root, target)) }).toEqual({ target, exists: true });
      if (heading !== undefined)
        expect({ target, headings: headingsOf(target) }).toEqual({
          target,
          headings: expect.arrayContaining([heading]),
        });
    }
  });

  it("was merged to its end", () => {
    expect(readFileSync(join(root, document), "utf8")).not.toMatch(/^(<{7}|>{7}) /m);
  });

  it("has commands that a shell can read", () => {
    const commands = blocksOf(document).filter(({ language }) => language === "shell");
    const input = commands.map(({ text }) => text).join("\n");
    if (input === "") return;
    const { status, stderr } = spawnSync("sh", ["-n"], { input, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("names commands and settings that there are", () => {
    const text = readFileSync(join(root, document), "utf8");
    const asked = [...text.matchAll(/(?<!-n |role |database )\btallystick ([a-z]+(?: [a-z]+)?)/g)];
    const unknown = asked.filter(
      ([, words = ""]) => !commandNames.some((name) => `${words} `.startsWith(`${name} `)),
    );
    expect(unknown.map(([line]) => line)).toEqual([]);
    const named = text.match(/\bTALLYSTICK_[A-Z_]+\b/g) ?? [];
    expect(named.filter((name) => !settingNames.includes(name))).toEqual([]);
  });

  it("names files that exist", () => {
    for (const { name, places } of filesNamedIn(document))
      expect({ name, exists: places.some((place) => existsSync(join(root, place))) }).toEqual({
        name,
        exists: true,
      });
  });
});

it("begins with the two commands", () => {
  const [block] = blocksOf("README.md");
  expect(block?.text.replaceAll(/ +#.*/g, "")).toBe("npm install && npm start\nnpm install && npm test\n");
});

it("names the packages as they are packed", () => {
  const versionIn = (folder: string) =>
    JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).version;
  const packed = [
    `tallystick-${versionIn(".")}.tgz`,
    `tallystick-client-${versionIn("clients/typescript")}.tgz`,
  ];
  const named = documents().flatMap((document) =>
    blocksOf(document).flatMap(({ text }) => text.match(/tallystick-[\w.-]*\.tgz/g) ?? []),
  );
  expect([...new Set(named)].sort()).toEqual(packed.sort());
});

/** A page that used another one's would break it, or be broken by it, depending on which is read first. */
function expectOwnOrganizationsAndKeys(document: string, before: Traces, after: Traces): void {
  const changed = [...after.rows].filter(
    ([name, rows]) => before.rows.has(name) && before.rows.get(name) !== rows,
  );
  expect({ document, changed: changed.map(([name]) => name) }).toEqual({
    document,
    changed: document === "README.md" ? ["demo"] : [],
  });
  const used = after.keys.filter((key) => before.keys.includes(key));
  expect({ document, used: used.length }).toEqual({ document, used: before.keys.length });
}

/** JSON, in its order, with what differs from run to run (ids, secrets, times) replaced by its kind. */
function shapeOf(json: string): string {
  const shape: unknown = JSON.parse(json, (key, value: unknown) => {
    if (typeof value !== "string") return value;
    if (key === "clientSecret") return "a secret";
    return value
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "a UUID")
      .replace(/^\d{4}-\d\d-\d\d(T[\d:.]+Z| [\d:]+)$/, "a time")
      .replace(/^\d{13}$/, "a time in milliseconds");
  });
  return JSON.stringify(shape, undefined, 2);
}
