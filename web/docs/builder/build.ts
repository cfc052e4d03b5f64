import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { homePage, missingPage } from "../../home/page.ts";
import { type Document, readDocuments } from "./document.ts";
import { navigate } from "./navigation.ts";
import { type Assets, hrefFrom, pageOf, type Site } from "./page.ts";
import { Pictures } from "./pictures.ts";
import { readReference } from "./reference/read.ts";
import { searchIndex } from "./search-index.ts";
import type { Target } from "./target.ts";

/** Deeper than any page, and than what is typed for one. */
const missingFoldersMax = 8;

/** Makes the documentation and the page at `/`, of what is in the repository. Answers which files of it these were. */
export async function buildSite(root: string, folder: string): Promise<readonly string[]> {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { home, docs } = await buildAssets(root, folder);
  const made = readReference(root);
  const documents = readDocuments({ root, made });
  const site: Site = { groups: navigate(documents), assets: docs, version };
  const pictures = new Pictures(root, folder);
  for (const document of documents) {
    const markdown = markdownOf(document, made);
    write(fileOf(`docs/${document.path}`), documentPage(document, { documents, site, pictures, markdown }));
    if (markdown !== undefined) write(markdown, readFileSync(join(root, markdown), "utf8"));
  }
  write("docs/search.json", searchIndex(documents));
  // What the script of the search has of it.
  write("docs/minisearch.txt", readFileSync(join(root, "node_modules/minisearch/LICENSE.txt"), "utf8"));
  write("index.html", homePage(version, home));
  for (let folders = 0; folders <= missingFoldersMax; folders += 1)
    write(`404/${folders}.html`, missingPage(version, { assets: home, folders }));
  write("icon.svg", readFileSync(join(root, "web/shared/icon.svg"), "utf8"));
  return documents.map(({ source }) => source).filter((source) => !made.has(source));
}

/** Where a page is served in Markdown: at its path in the repository, so that its links lead to others in Markdown. */
function markdownOf({ source }: Document, made: ReadonlyMap<string, string>): string | undefined {
  return source.endsWith(".md") && !made.has(source) ? source : undefined;
}

/** The file of a page's path. */
function fileOf(path: string): string {
  return path.endsWith("/") ? `${path}index.html` : `${path}.html`;
}

interface Around {
  readonly documents: readonly Document[];
  readonly site: Site;
  readonly pictures: Pictures;
  readonly markdown: string | undefined;
}

function documentPage(
  { path, title, summary, headings, html }: Document,
  { documents, site, pictures, markdown }: Around,
): string {
  const page = `docs/${path}`;
  const paths = new Map(documents.map((document) => [document.source, document.path]));
  const hrefOf = (target: Target) =>
    "url" in target ? target.url : hrefFrom(page, `docs/${paths.get(target.document)}#${target.heading}`);
  const pictureOf = (target: Target, alt: string) => {
    if ("url" in target) throw new Error(`${path} has a picture from another host: ${target.url}`);
    return pictures.show(target.document, { page, alt });
  };
  return pageOf({ path: page, title, summary, headings, html: html({ hrefOf, pictureOf }), markdown }, site);
}

/** Scripts and styles, under names that change with them. */
async function buildAssets(root: string, folder: string): Promise<Record<"home" | "docs", Assets>> {
  const entries = {
    style: "web/shared/site.css",
    theme: "web/shared/theme.ts",
    docs: "web/docs/browser/docs.ts",
    home: "web/home/browser/home.ts",
  };
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.values(entries),
    outdir: folder,
    entryNames: "assets/[name]-[hash]",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome111", "firefox114", "safari16.4"],
    metafile: true,
    logLevel: "warning",
  });
  const pathOf = (entry: string) => {
    const [output] =
      Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [];
    if (output === undefined) throw new Error(`nothing was made of ${entry}`);
    return `assets/${output.split("/").at(-1)}`;
  };
  const both = { style: pathOf(entries.style), theme: pathOf(entries.theme) };
  return {
    docs: { ...both, script: pathOf(entries.docs) },
    home: { ...both, script: pathOf(entries.home) },
  };
}
