import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { homePage, missingPage } from "../../home/page.ts";
import { escaped } from "./code.ts";
import { type Document, readDocuments, type Target } from "./document.ts";
import { navigate } from "./navigation.ts";
import { type Assets, hrefFrom, pageOf, type Site } from "./page.ts";
import { searchIndex } from "./search-index.ts";

/** Makes the documentation and the page at `/`, of what is in the repository. */
export async function buildSite(root: string, folder: string): Promise<void> {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { home, docs } = await buildAssets(root, folder);
  const documents = readDocuments(root);
  const site: Site = { groups: navigate(documents), assets: docs, version };
  for (const document of documents)
    write(fileOf(`docs/${document.path}`), documentPage(root, document, { documents, site }));
  write("docs/search.json", searchIndex(documents));
  write("index.html", homePage(version, home));
  write("404.html", missingPage(version, home));
  write("icon.svg", readFileSync(join(root, "web/shared/icon.svg"), "utf8"));
}

/** The file of a page's path. */
function fileOf(path: string): string {
  return path.endsWith("/") ? `${path}index.html` : `${path}.html`;
}

function documentPage(
  root: string,
  { path, title, summary, headings, html }: Document,
  { documents, site }: { readonly documents: readonly Document[]; readonly site: Site },
): string {
  const page = `docs/${path}`;
  const paths = new Map(documents.map((document) => [document.source, document.path]));
  const hrefOf = (target: Target) =>
    "url" in target ? target.url : hrefFrom(page, `docs/${paths.get(target.document)}#${target.heading}`);
  const pictureOf = (target: Target, alt: string) => {
    if ("url" in target) throw new Error(`${path} has a picture from another host: ${target.url}`);
    return picture(readFileSync(join(root, target.document), "utf8"), alt);
  };
  return pageOf({ path: page, title, summary, headings, html: html({ hrefOf, pictureOf }) }, site);
}

/** A drawing as a part of the page, so that its colours are those of the theme. */
function picture(svg: string, alt: string): string {
  const drawing = svg.slice(svg.indexOf("<svg")).replace(/<style>.*?<\/style>/s, "");
  return `<span class="picture">${drawing.replace("<svg", `<svg role="img" aria-label="${escaped(alt)}"`)}</span>`;
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
