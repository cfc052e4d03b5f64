import Markdown, { type MarkdownIt, type RendererRule, type Token } from "markdown-it";
import { highlighted } from "./code.ts";
import type { Target } from "./target.ts";

/** A part of a page, from one heading to the next, or a row that has a name. */
export interface Section {
  /** Empty for what stands before the first. */
  readonly id: string;
  readonly heading: string;
  /** What is searched. */
  readonly text: string;
}

export interface Heading {
  readonly id: string;
  readonly level: number;
  readonly text: string;
}

/** Finds out where a link, or the address of a picture, leads. */
export type Resolve = (href: string, kind: "link" | "picture") => Target;

/** What is made of a text in Markdown. */
export interface Rendered {
  /** The heading of the first level. */
  readonly title: string;
  /** The first paragraph. */
  readonly summary: string;
  readonly headings: readonly Heading[];
  /** What a link can lead to: headings, and rows of tables that have a name. */
  readonly anchors: ReadonlySet<string>;
  readonly sections: readonly Section[];
  readonly links: readonly Target[];
  readonly html: (surroundings: Surroundings) => string;
  /** For whoever looks for its structure. */
  readonly tokens: readonly Token[];
}

/** What a page is written into. */
export interface Surroundings {
  readonly hrefOf: (target: Target) => string;
  /** The markup of a picture. */
  readonly pictureOf: (target: Target, alt: string) => string;
}

const markdown = createMarkdown();

export function render(text: string, { resolve }: { readonly resolve: Resolve }): Rendered {
  const tokens = markdown.parse(text, {});
  alignByClasses(tokens);
  breakNames(tokens);
  const headings = nameHeadings(tokens);
  const ids = headings.map(({ id }) => id);
  const links: Target[] = [];
  for (const token of tokens.flatMap((block) => block.children ?? [])) {
    const href = token.attrGet("href") ?? token.attrGet("src");
    if (href === null) continue;
    const isPicture = token.type === "image";
    const target = resolve(String(href), isPicture ? "picture" : "link");
    token.meta = { target };
    if (!isPicture) links.push(target);
  }
  return {
    title: headings.find(({ level }) => level === 1)?.text ?? "",
    summary: plainTextOf(tokens[tokens.findIndex(({ type }) => type === "paragraph_open") + 1]),
    headings,
    anchors: new Set([...ids, ...nameRows(tokens, ids)]),
    sections: sectionsOf(tokens),
    links,
    html: (surroundings) => markdown.renderer.render([...tokens], markdown.options, { ...surroundings }),
    tokens,
  };
}

/** The plain text of a token. */
export function plainTextOf(token: Token | undefined): string {
  if (token === undefined) return "";
  if (token.children === null) return token.content;
  return token.children
    .map((child) => (child.type === "softbreak" || child.type === "hardbreak" ? " " : plainTextOf(child)))
    .join("");
}

/** The name of a heading in links, as GitHub makes it. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The policy of a page refuses the style that a cell would have. */
function alignByClasses(tokens: readonly Token[]): void {
  for (const token of tokens) {
    const alignment = /^text-align:(\w+)$/.exec(String(token.attrGet("style") ?? ""))?.[1];
    if (alignment !== undefined) token.attrs = [["class", `to-${alignment}`]];
  }
}

/** A long name in a cell may be broken within, so that the columns behind it stay within the window. */
function breakNames(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    if (tokens[index - 1]?.type !== "td_open") continue;
    for (const part of token.children ?? [])
      if (part.type === "code_inline" || part.type === "text") part.meta = { isBroken: true };
  }
}

/** The text of a token, which may be broken behind what joins the words of a name. */
function broken({ meta }: Token, escaped: string): string {
  return meta?.["isBroken"] === true ? escaped.replace(/(?<=\w[_/])(?=[\w{])/g, "<wbr>") : escaped;
}

function nameHeadings(tokens: readonly Token[]): Heading[] {
  const seen = new Map<string, number>();
  return tokens.flatMap((token, index) => {
    if (token.type !== "heading_open") return [];
    const text = plainTextOf(tokens[index + 1]);
    const slug = slugOf(text);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    const id = times === 0 ? slug : `${slug}-${times}`;
    token.attrSet("id", id);
    return [{ id, level: Number(token.tag.slice(1)), text }];
  });
}

/** A reason, a setting or a metric: a name that stands for itself, wherever it is met. */
const ownName = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|tallystick_\w+)$/;

/** Names the rows of tables that say what such a name is, so that one can be led to them. */
function nameRows(tokens: readonly Token[], taken: readonly string[]): string[] {
  const names = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    const [cell] = token.type === "tr_open" ? (tokens[index + 2]?.children ?? []) : [];
    const isAlone = tokens[index + 2]?.children?.length === 1 && cell?.type === "code_inline";
    if (!isAlone || tokens[index + 1]?.type !== "td_open" || !ownName.test(cell.content)) continue;
    const id = cell.content.toLowerCase();
    if (names.has(id) || taken.includes(id)) continue;
    names.add(id);
    token.attrSet("id", id);
  }
  return [...names];
}

/** What is searched: from one heading to the next, and each row that has a name by itself. */
function sectionsOf(tokens: readonly Token[]): Section[] {
  const begin = (id: unknown, heading: string) => ({ id: String(id ?? ""), heading, texts: [] as string[] });
  let ofHeading = begin("", "");
  let current = ofHeading;
  const sections = [current];
  for (const [index, token] of tokens.entries()) {
    const id = token.attrGet("id");
    if (token.type === "heading_open") {
      ofHeading = begin(id, plainTextOf(tokens[index + 1]));
      current = ofHeading;
      sections.push(current);
    } else if (token.type === "tr_open" && id !== null) {
      current = begin(id, plainTextOf(tokens[index + 2]));
      sections.push(current);
    } else if (token.type === "tr_close") current = ofHeading;
    const isHeading = tokens[index - 1]?.type === "heading_open";
    if (!isHeading && (token.type === "inline" || token.type === "fence"))
      current.texts.push(plainTextOf(token));
  }
  return sections.map(({ id, heading, texts }) => ({
    id,
    heading,
    text: texts.join(" ").replace(/\s+/g, " "),
  }));
}

function createMarkdown(): MarkdownIt {
  // No HTML but line breaks in tables: what is between angle brackets is what a reader is to put there.
  const md = new Markdown({ html: false });
  md.inline.ruler.before("html_inline", "line break", (state, silent) => {
    if (!state.src.startsWith("<br>", state.pos)) return false;
    if (!silent) state.push("hardbreak", "br", 0);
    state.pos += "<br>".length;
    return true;
  });
  const { rules } = md.renderer;
  rules["fence"] = (tokens, index) => {
    const { info = "", content = "" } = tokens[index] ?? {};
    return `<pre><code data-language="${md.utils.escapeHtml(info)}">${highlighted(content, info)}</code></pre>\n`;
  };
  rules["heading_close"] = (tokens, index) => {
    const { tag = "" } = tokens[index] ?? {};
    const id = String(tokens[index - 2]?.attrGet("id") ?? "");
    const anchor = `<a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
    return `${tag === "h1" ? "" : ` ${anchor}`}</${tag}>\n`;
  };
  rules["code_inline"] = within(
    (token) => `<code>${broken(token, md.utils.escapeHtml(token.content))}</code>`,
  );
  rules["text"] = within((token) => broken(token, md.utils.escapeHtml(token.content)));
  rules["table_open"] = () => '<div class="table"><table>\n';
  rules["table_close"] = () => "</table></div>\n";
  rules["link_open"] = within((token, { hrefOf }) => {
    const target = targetOf(token);
    const href = md.utils.escapeHtml(hrefOf(target));
    return "url" in target
      ? `<a href="${href}" class="out" rel="noopener noreferrer">`
      : `<a href="${href}">`;
  });
  rules["image"] = within((token, { pictureOf }) => pictureOf(targetOf(token), plainTextOf(token)));
  return md;
}

/** A rule for a token, wherever it stands in the page that it is written into. */
function within(rule: (token: Token, surroundings: Surroundings) => string): RendererRule {
  return (tokens, index, _options, env) => {
    const token = tokens[index];
    if (token === undefined || env === undefined) throw new Error("a page is written into nothing");
    return rule(token, env as unknown as Surroundings);
  };
}

/** Where a link or a picture leads. */
export function targetOf({ meta }: Token): Target {
  if (meta === null) throw new Error("a link leads nowhere");
  return meta["target"] as Target;
}
