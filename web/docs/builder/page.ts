import { posix } from "node:path";
import { escaped } from "./code.ts";
import { type Entry, type Group, inOrder } from "./navigation.ts";
import type { Heading } from "./render.ts";

/** What all pages have in common. Paths are from the root of the service, without a slash before them. */
export interface Site {
  readonly groups: readonly Group[];
  readonly assets: Assets;
  readonly version: string;
}

/** Where the build has put what a page loads. */
export interface Assets {
  readonly style: string;
  /** Sets the theme before anything is painted. */
  readonly theme: string;
  readonly script: string;
}

export interface PageContent {
  /** From the root of the service, without a slash before it. */
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  readonly headings: readonly Heading[];
  readonly html: string;
  /** Where it is in Markdown; undefined for what is made. */
  readonly markdown: string | undefined;
}

/** The address of a page in another one. */
export function hrefFrom(path: string, to: string): string {
  const [page = "", heading] = to.split("#");
  const folder = path.replace(/[^/]*$/, "");
  const end = page.endsWith("/") || page === "" ? "/" : "";
  const href = `${posix.relative(`/${folder}`, `/${page}`) || "."}${end}`;
  return heading === undefined || heading === "" ? href : `${href}#${heading}`;
}

/** A page of the documentation. */
export function pageOf({ path, title, summary, headings, html, markdown }: PageContent, site: Site): string {
  const href = (to: string) => escaped(hrefFrom(path, to));
  const own = path.replace(/^docs\//, "");
  const contents = headings.filter(({ level }) => level === 2 || level === 3);
  return `<!doctype html>
<html lang="en" data-docs="${href("docs/")}" data-search="${href(`docs/search.json`)}">
<head>
${headOf({ title: own === "" ? "Tallystick" : `${title} · Tallystick`, summary, href, assets: site.assets })}${
  markdown === undefined ? "" : `\n<link rel="alternate" type="text/markdown" href="${href(markdown)}">`
}
</head>
<body class="docs">
<a class="skip" href="#content">Skip to the content</a>
${headerOf(href, "docs")}
<div class="columns">
<nav id="menu" aria-label="Pages">
<a class="close" href="#content">Close the menu</a>
<ul class="elsewhere">
<li><a href="${href("console/")}">${places.console}</a></li>
</ul>
${navigationOf(site.groups, own, href)}
</nav>
<main id="content" tabindex="-1">
${html}
${neighboursOf(site.groups, own, href)}
</main>
${contentsOf(contents)}
</div>
<footer>Tallystick ${escaped(site.version)}</footer>
</body>
</html>
`;
}

export interface Head {
  readonly title: string;
  readonly summary: string;
  readonly href: (to: string) => string;
  readonly assets: Assets;
}

/** What stands in every head. The script of the theme has to have run before anything is painted. */
export function headOf({ title, summary, href, assets }: Head): string {
  return `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<meta name="description" content="${escaped(summary)}">
<link rel="icon" type="image/svg+xml" href="${href("icon.svg")}">
<link rel="stylesheet" href="${href(assets.style)}">
<script src="${href(assets.theme)}"></script>
<script type="module" src="${href(assets.script)}"></script>`;
}

const places = { docs: "Documentation", console: "Console" } as const;

/** The bar above every page. */
export function headerOf(href: (to: string) => string, current?: keyof typeof places): string {
  const links = Object.entries(places).map(
    ([path, name]) =>
      `<a href="${href(`${path}/`)}"${path === current ? ' aria-current="true"' : ""}>${name}</a>`,
  );
  const menu = current === "docs" ? '<a class="to-menu" href="#menu">Menu</a>\n' : "";
  return `<header>
<a class="brand" href="${href("")}">Tallystick</a>
${menu}${links.join("\n")}
<div id="tools"></div>
</header>`;
}

function navigationOf(groups: readonly Group[], own: string, href: (to: string) => string): string {
  const item = ({ title, path, entries }: Entry): string => {
    const current = path === own ? ' aria-current="page"' : "";
    const beneath = entries.length === 0 ? "" : `\n<ul>\n${entries.map(item).join("\n")}\n</ul>\n`;
    return `<li><a href="${href(`docs/${path}`)}"${current}>${escaped(title)}</a>${beneath}</li>`;
  };
  const start = { title: "Start here", path: "", entries: [] };
  const lists = groups.map(
    ({ title, entries }) => `<h2>${escaped(title)}</h2>\n<ul>\n${entries.map(item).join("\n")}\n</ul>`,
  );
  return `<ul>\n${item(start)}\n</ul>\n${lists.join("\n")}`;
}

function neighboursOf(groups: readonly Group[], own: string, href: (to: string) => string): string {
  const all = [
    { title: "Start here", path: "", entries: [] },
    ...groups.flatMap(({ entries }) => inOrder(entries)),
  ];
  const index = all.findIndex(({ path }) => path === own);
  if (index < 0) return "";
  const link = (entry: Entry | undefined, rel: string, words: string) =>
    entry === undefined
      ? ""
      : `<a rel="${rel}" href="${href(`docs/${entry.path}`)}"><small>${words}</small> ${escaped(entry.title)}</a>`;
  return `<nav class="neighbours" aria-label="Before and after">
${link(all[index - 1], "prev", "Before:")}
${link(all[index + 1], "next", "Next:")}
</nav>`;
}

function contentsOf(headings: readonly Heading[]): string {
  if (headings.length < 2) return "";
  const items = headings.map(
    ({ id, level, text }) => `<li class="level-${level}"><a href="#${id}">${escaped(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page">\n<h2>On this page</h2>\n<ul>\n${items.join("\n")}\n</ul>\n</nav>`;
}
