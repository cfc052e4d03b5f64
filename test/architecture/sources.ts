import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Node, specifiersIn, treeOf } from "./syntax.ts";

const root = join(import.meta.dirname, "../..");

/** A file of src, test or web, as a path from the root, with its text and its syntax tree. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: Node;
}

function sourcesIn(folder: string): Source[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => /\.(tsx?|mjs)$/.test(name)).map((name) => join(folder, name));
  return paths.sort().map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    let tree: Node | undefined;
    return {
      path,
      text,
      get tree() {
        tree ??= treeOf(text, path.endsWith(".tsx"));
        return tree;
      },
    };
  });
}

const isTest = ({ path }: Source) => /\.(test|fixture)\.ts$/.test(path);
const ours = [...sourcesIn("src"), ...sourcesIn("web")];
/** The code. */
export const sources = ours.filter((source) => !isTest(source));
/** What is run of them beside the program. */
export const scripts = sourcesIn("scripts");
export const tests = [...ours.filter(isTest), ...sourcesIn("test")];

/** What a file imports: files of ours as paths from the root, packages by name without subpaths. */
export function importsOf({ path, tree }: Source): string[] {
  return specifiersIn(tree).map((name) => {
    if (name.startsWith(".")) return relative(root, join(root, dirname(path), name));
    return /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  });
}

/** The part of the code that a file belongs to: its folder in src, `app`, or `root` for what puts all together. */
export function partOf(path: string): string {
  if (path === "src/app.ts") return "app";
  const [top = "", folder = "", ...rest] = path.split("/");
  if (top !== "src") return top;
  return rest.length === 0 ? "root" : folder;
}

/** What is wrong in the code, each as where and what. */
export function findingsIn(where: readonly Source[], find: (source: Source) => Iterable<string>): string[] {
  return where.flatMap((source) => [...find(source)].map((finding) => `${source.path}: ${finding}`));
}
