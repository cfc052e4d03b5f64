import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { type Rendered, render } from "./render.ts";
import type { Target } from "./target.ts";

/** What becomes a page. */
export interface Document extends Rendered {
  /** Its path in the repository. */
  readonly source: string;
  /** Its path under /docs/, which ends with a slash where it is a folder's. */
  readonly path: string;
}

const fileBytesMax = 256 * 1024;

/** What pages are made of. */
export interface Sources {
  /** The folder of the repository. */
  readonly root: string;
  /** Pages that are in no file, in Markdown, by the path that they would have. */
  readonly made: ReadonlyMap<string, string>;
}

/**
 * All that can be reached by links from the README and from what was made: Markdown as pages, and any other file or folder as
 * what is in it. In the order in which one comes to them.
 *
 * @throws Error for a link that leads to nothing
 */
export function readDocuments(sources: Sources): readonly Document[] {
  const documents = new Map<string, Document>();
  const waiting = ["README.md", ...sources.made.keys()];
  for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
    if (documents.has(source)) continue;
    const document = readDocument(sources, source);
    documents.set(source, document);
    for (const target of document.links) if ("document" in target) waiting.push(target.document);
  }
  const all = [...documents.values()];
  requireHeadings(all);
  return all;
}

function readDocument(sources: Sources, source: string): Document {
  const resolve = (href: string, kind: "link" | "picture") => {
    const target = targetOf(source, href, sources.root);
    if (kind === "link" && "document" in target) requireSource(sources, target.document, source);
    return target;
  };
  return { source, path: pagePathOf(source), ...render(markdownOf(sources, source), { resolve }) };
}

function markdownOf({ root, made }: Sources, source: string): string {
  const text = made.get(source);
  if (text !== undefined) return text;
  if (source.endsWith(".md")) return read(root, source);
  return statSync(join(root, source)).isDirectory() ? listed(root, source) : shown(root, source);
}

/** Where a page is under /docs/. */
function pagePathOf(source: string): string {
  const upper: Record<string, string> = { "CHANGELOG.md": "changelog", "SECURITY.md": "security" };
  if (!source.endsWith(".md")) return `files/${source}`;
  return (
    upper[source] ??
    source
      .replace(/^docs\//, "")
      .replace(/(^|\/)README\.md$/, "$1")
      .replace(/\.md$/, "")
  );
}

function targetOf(from: string, href: string, root: string): Target {
  if (/^[a-z][a-z+.-]*:/i.test(href)) return { url: href };
  const [path = "", heading = ""] = href.split("#");
  const named = path === "" ? from : posix.join(posix.dirname(from), path).replace(/\/$/, "");
  const readme = `${named}/README.md`;
  return { document: existsSync(join(root, readme)) ? readme : named, heading };
}

/** Of a picture that is not made yet its words are shown. */
function requireSource({ root, made }: Sources, source: string, from: string): void {
  const isThere = made.has(source) || (!source.startsWith("..") && existsSync(join(root, source)));
  if (!isThere) throw new Error(`${from} links to ${source}, which is not there`);
}

function requireHeadings(documents: readonly Document[]): void {
  const anchors = new Map(documents.map((document) => [document.source, document.anchors]));
  for (const { source, links } of documents)
    for (const target of links)
      if ("document" in target && target.heading !== "" && !anchors.get(target.document)?.has(target.heading))
        throw new Error(`${source} links to ${target.document}#${target.heading}, which is not there`);
}

function read(root: string, source: string): string {
  return readFileSync(join(root, source), "utf8");
}

/** A file as the Markdown of a page. */
function shown(root: string, source: string): string {
  if (statSync(join(root, source)).size > fileBytesMax) throw new Error(`${source} is too large for a page`);
  const text = read(root, source);
  const fence = "`".repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map(({ length }) => length + 1)));
  const language = /\.(\w+)$/.exec(source)?.[1] ?? "text";
  return `# ${source}\n\n${fence}${language}\n${text.replace(/\n?$/, "\n")}${fence}\n`;
}

/** A folder as the Markdown of a page. */
function listed(root: string, source: string): string {
  const names = readdirSync(join(root, source)).sort();
  const folder = posix.basename(source);
  return `# ${source}\n\n${names.map((name) => `- [${name}](${folder}/${name})\n`).join("")}`;
}
