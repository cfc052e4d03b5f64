import { firstSentence } from "./comments.ts";
import { withoutLinks } from "./error-table.ts";
import type { Page } from "./example-calls.ts";

/** What a document is about. */
interface Described {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
}

const sections: readonly (readonly [heading: string, folder: string])[] = [
  ["Documentation", "docs"],
  ["Concepts", "docs/concepts"],
  ["Operating", "docs/operating"],
];

/**
 * Where to find what, for whoever reads with a language model: https://llmstxt.org. Links lead from where it is served, `/`, to the
 * pages in Markdown.
 */
export function llmsText(readme: Page, pages: readonly Page[], documents: readonly Described[]): string {
  const [, title = "", summary = ""] = /^# ([^\n]*)\n\n(.*?)\n\n/s.exec(readme.text) ?? [];
  const ofPages = sections.map(([heading, folder]) => {
    const lines = pages.filter(({ path }) => folderOf(path) === folder).map(lineOf);
    return [`## ${heading}`, lines.join("\n")].join("\n\n");
  });
  const lines = documents.map((each) => `- [${each.title}](openapi/${each.name}.json): ${each.summary}`);
  return `${[`# ${title}`, `> ${plain(summary)}`, ...ofPages, "## OpenAPI documents", lines.join("\n")].join("\n\n")}\n`;
}

function lineOf({ path, text }: Page): string {
  const [, title = ""] = /^# (.*)$/m.exec(text) ?? [];
  const summary = summaryOf(text);
  return `- [${title}](${path})${summary === "" ? "" : `: ${summary}`}`;
}

/** The first sentence of a page, where it begins with one. */
function summaryOf(text: string): string {
  const [, first = ""] = /^# [^\n]*\n\n(.*?)(?:\n\n|$)/s.exec(text) ?? [];
  return /^(?:```|- |\| |#)/.test(first) ? "" : firstSentence(plain(first)).replace(/:$/, ".");
}

function plain(markdown: string): string {
  return withoutLinks(markdown).replaceAll("**", "").replace(/\s+/g, " ");
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
