import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import { type Manifest, readManifest } from "../../src/server/pages/manifest.ts";
import { createPages } from "../../src/server/pages/pages.ts";
import { documents, root } from "./documents.ts";

const { digestOfInputs } = createRequire(import.meta.url)("../../scripts/web-inputs.mjs") as {
  digestOfInputs(): string;
};

// What `npm run build` has made of the documentation, which `npm test` does first.
const folder = join(root, "dist/web");
const manifest = readManifest(folder) as Manifest & { readonly inputs: string };
const { pages } = manifest;
const texts = new Map(
  Object.entries(pages)
    .filter(([path, { type }]) => type.startsWith("text/html") && !path.startsWith("/console/"))
    .map(([path, { file }]) => [path, readFileSync(join(folder, file), "utf8")]),
);

/** What other parts of the service answer at. */
const others = new Set(["/healthz", "/readyz"]);

interface Link {
  readonly tag: string;
  readonly href: string;
}

function linksIn(html: string): Link[] {
  return [
    ...html.matchAll(
      /<(?:a|link|script|img|source|iframe|form)\b[^>]*?\s(?:href|src|srcset|action)="([^"]*)"[^>]*>/g,
    ),
  ].map(([tag, href = ""]) => ({
    tag,
    href: href.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(code)),
  }));
}

/** Where a page is shown: the one for a path without a page is named after how many folders that is in. */
function folderOf(path: string): string {
  const [, folders] = /^\/404\/(\d)$/.exec(path) ?? [];
  return folders === undefined ? path.replace(/[^/]*$/, "") : `/${"x/".repeat(Number(folders))}`;
}

const idsIn = (html: string) => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));

describe("the documentation in a browser", () => {
  it("is of the sources as they are: where it is not, `npm run build` makes it anew", () => {
    expect({ sources: manifest.inputs }).toEqual({ sources: digestOfInputs() });
  });

  it("has every page of docs/, the README, the changelog, and what is said of security", () => {
    expect(texts.size).toBeGreaterThan(documents().length);
    const paths = documents().map((source) => {
      const name = source
        .replace(/^docs\//, "")
        .replace(/(^|\/)README\.md$/, "$1")
        .replace(/\.md$/, "");
      return `/docs/${/^[A-Z]+$/.test(name) ? name.toLowerCase() : name}`;
    });
    expect(paths.filter((path) => !texts.has(path))).toEqual([]);
    expect(texts.has("/docs/clients/typescript/")).toBe(true);
  });

  it("shows no tag as text: what Markdown lets through elsewhere is not let through here", () => {
    const shown = [...texts].filter(([, html]) =>
      /&lt;\/?[a-z]+&gt;/.test(html.replace(/<(pre|code)\b.*?<\/\1>/gs, "")),
    );
    expect(shown.map(([path]) => path)).toEqual([]);
  });

  it("has no link and no anchor that leads nowhere, nor a page that none leads to", () => {
    const ids = new Map([...texts].map(([path, html]) => [path, idsIn(html)]));
    const reached = new Set(["/", ...[...texts.keys()].filter((path) => path.startsWith("/404/"))]);
    const broken: string[] = [];
    for (const [path, html] of texts)
      for (const { href } of linksIn(html)) {
        if (/^https?:/.test(href)) continue;
        // Behind a proxy they would leave its path.
        if (href.startsWith("/")) broken.push(`${path}: ${href}`);
        const [to = "", heading] = href.split("#");
        const target = to === "" ? path : posix.join(folderOf(path), to);
        const isThere = target in pages || others.has(target) || target.startsWith("/console/");
        const isHeading = heading === undefined || ids.get(target)?.has(heading) === true;
        if (!isThere || !isHeading) broken.push(`${path}: ${href}`);
        reached.add(target);
      }
    expect(broken).toEqual([]);
    expect([...texts.keys()].filter((path) => !reached.has(path))).toEqual([]);
  });

  it("leads to other hosts by links alone, and tells them nothing", () => {
    const outgoing = [...texts].flatMap(([path, html]) =>
      linksIn(html)
        .filter(({ href }) => /^(?:[a-z]+:)?\/\//i.test(href))
        .map(({ tag }) => ({ path, tag })),
    );
    expect(outgoing.length).toBeGreaterThan(3);
    expect(
      outgoing.filter(
        ({ tag }) => !/^<a href="https?:[^"]*" class="out" rel="noopener noreferrer">$/.test(tag),
      ),
    ).toEqual([]);
  });

  it("has no script, style or handler written into a page", () => {
    const written = /<style|\sstyle=|\son\w+="|javascript:|<script(?![^>]* src="[^"]+"><\/script>)/i;
    expect(
      [...texts]
        .filter(([, html]) => written.test(html.replace(/<pre>.*?<\/pre>/gs, "")))
        .map(([path]) => path),
    ).toEqual([]);
  });

  it("stands in the way of no call", () => {
    const descriptions = readdirSync(join(root, "gen/openapi")).filter((name) => name.endsWith(".json"));
    const paths = descriptions.flatMap((name) =>
      Object.keys(JSON.parse(readFileSync(join(root, "gen/openapi", name), "utf8")).paths),
    );
    expect(paths.length).toBeGreaterThan(100);
    const { owns } = createPages(folder, manifest);
    expect(paths.filter((path) => owns(path, "text/html"))).toEqual([]);
    expect(owns("/docs/using", undefined)).toBe(true);
  });

  it("is sealed: each file is there in every encoding that the list names", () => {
    const endings = { identity: "", gzip: ".gz", br: ".br" } as const;
    for (const { file, sizes } of Object.values(pages))
      for (const [encoding, size] of Object.entries(sizes)) {
        const name = `${file}${endings[encoding as keyof typeof endings]}`;
        expect({
          name,
          size: existsSync(join(folder, name)) ? readFileSync(join(folder, name)).length : -1,
        }).toEqual({ name, size });
      }
  });
});
