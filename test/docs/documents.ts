import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** A fenced block of a document. */
export interface Block {
  /** What stands behind the opening fence: `sh` is run, `json` and `text` say what it printed. */
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** Every document that people read, as a path from the root. */
export function documents(): string[] {
  const isDocument = (name: string) => name.endsWith(".md");
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    ...docs
      .filter(isDocument)
      .sort()
      .map((name) => join("docs", name)),
  ];
}

/** The documents as one reads them who follows each link at its first appearance, from the README on. */
export function readingOrder(): string[] {
  const known = new Set(documents());
  const order: string[] = [];
  const read = (document: string): void => {
    order.push(document);
    for (const { target } of linksOf(document)) {
      if (known.has(target) && !order.includes(target)) read(target);
    }
  };
  read("README.md");
  return order;
}

export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? "",
    text: match[2] ?? "",
    line: text.slice(0, match.index).split("\n").length,
  }));
}

/**
 * What zsh reads otherwise than sh: `$NAME:u` changes the name's value, a pattern that matches no file is an error, and at
 * the prompt `#` begins no comment. `%N` of date is GNU's alone.
 */
export function hazardsOf(script: string): string[] {
  const commands = script.replace(/<<'(\w+)'\n.*?^\1$/gms, "");
  const unquoted = commands.replace(/'[^']*'|"(?:\\.|[^"\\])*"/gs, "");
  return [
    ...(commands.match(/\$\w+:[A-Za-z].*/g) ?? []),
    ...(commands.match(/date .*%\d?N.*/g) ?? []),
    ...(unquoted.match(/.*[?*[].*|.*\s#.*/g) ?? []),
  ];
}

/** A link to a file, and to a heading in it where one is named. */
export interface Link {
  readonly target: string;
  readonly heading: string | undefined;
}

/** The relative links of a document. */
export function linksOf(document: string): Link[] {
  const text = readFileSync(join(root, document), "utf8");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^https?:/.test(target))
    .map((link) => {
      const [target = "", heading] = link.split("#");
      return { target: target === "" ? document : join(dirname(document), target), heading };
    });
}

/** The files of the code that a text names between backticks: from its own folder, from `src` or from the root. */
export function filesNamedIn(document: string): { name: string; places: string[] }[] {
  const text = readFileSync(join(root, document), "utf8").replace(/^```.*?^```$/gms, "");
  const names = [...text.matchAll(/`([\w./-]+\.(?:ts|sql|proto))`/g)].map(([, name = ""]) => name);
  return names.map((name) => ({
    name,
    places: [dirname(document), "src", "."].map((folder) => join(folder, name)),
  }));
}

const codeFolders = ["bench", "clients", "deploy", "examples", "proto", "src", "test", "web"];

/** The maps of the code, which stand beside it. */
export function codeMaps(): string[] {
  return codeFolders.flatMap((folder) => {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
      .map((name) => join(folder, name));
  });
}

/** The headings of a document, as GitHub names them in links. */
export function headingsOf(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8").replace(/^```.*?^```$/gms, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The rows of the tables of entries in a document, in order. */
export function entriesOf(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8");
  const tables = text.matchAll(
    /^\| transfer \| account \| version \| amount \| balance \|\n\|[-|]+\n((?:\|.*\n)+)/gm,
  );
  return [...tables].flatMap((table) => (table[1] ?? "").trimEnd().split("\n"));
}
