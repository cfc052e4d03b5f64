import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readDocuments } from "./document.ts";
import { inOrder, navigate } from "./navigation.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tallystick-documents-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const guide = "# A\n\n## Where to go next\n\nTo look it up:\n\n";

function repository(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return { root, made: new Map([["docs/reference/README.md", "# Reference\n"]]) };
}

describe("the documents", () => {
  it("are all that links lead to: pages, files and folders", () => {
    const sources = repository({
      "README.md": "[a](docs/a.md) [b](docs/b/README.md) [c](src/c.ts) [d](src) [e](docs/b)",
      "docs/a.md": "# A\n\n[changes](../CHANGELOG.md#one) [top](#a)",
      "docs/b/README.md": "# B",
      "CHANGELOG.md": "# Changes\n\n## One",
      "src/c.ts": "let c = `\n```\n`;",
    });
    expect(readDocuments(sources).map(({ source, path, title }) => [source, path, title])).toEqual([
      ["README.md", "", ""],
      ["docs/reference/README.md", "reference/", "Reference"],
      ["docs/a.md", "a", "A"],
      ["docs/b/README.md", "b/", "B"],
      ["src/c.ts", "files/src/c.ts", "src/c.ts"],
      ["src", "files/src", "src"],
      ["CHANGELOG.md", "changelog", "Changes"],
    ]);
  });

  it.each([
    ["[a](b.md)", /README.md links to b.md/],
    ["[a](../b.md)", /README.md links to \.\.\/b.md/],
    ["[a](docs/a.md#b)", /README.md links to docs\/a.md#b/],
  ])("have no link to nothing: %s", (text, message) => {
    const sources = repository({ "README.md": text, "docs/a.md": "# A" });
    expect(() => readDocuments(sources)).toThrow(message);
  });
});

it("the navigation follows the guide, with the pages of a folder beneath its README", () => {
  const sources = repository({
    "README.md": `${guide}- [a](docs/a.md), [one](docs/b/one.md) and [b](docs/b/README.md)\n\nTo run it:\n\n- [c](docs/c.md)\n`,
    "docs/a.md": "# A\n\n[one](b/one.md) [alone](alone.md) [c](c.md)",
    "docs/alone.md": "# Alone",
    "docs/b/README.md": "# B\n\n[two](two.md) [one](one.md)",
    "docs/b/one.md": "# One",
    "docs/b/two.md": "# Two",
    "docs/c.md": "# C",
  });
  const groups = navigate(readDocuments(sources));
  expect(groups.map(({ title, entries }) => [title, entries.map((entry) => entry.title)])).toEqual([
    ["To look it up", ["Reference", "A", "B"]],
    ["To run it", ["C"]],
  ]);
  expect(inOrder(groups.flatMap(({ entries }) => entries)).map(({ path }) => path)).toEqual([
    ...["reference/", "a", "alone", "b/", "b/two", "b/one", "c"],
  ]);
});
