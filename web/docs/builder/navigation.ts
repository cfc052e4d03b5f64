import type { Document } from "./document.ts";
import { referenceStart } from "./reference/reference.ts";
import { plainTextOf, targetOf } from "./render.ts";
import type { Target } from "./target.ts";

/** A page in the navigation, with those that belong to it. */
export interface Entry {
  readonly title: string;
  /** Under /docs/. */
  readonly path: string;
  readonly entries: readonly Entry[];
}

export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The group that begins with what is in no file: the reference. */
const looking = "To look it up";

/** The section of the README that says in which order one reads. */
const guide = "where-to-go-next";

/**
 * The pages in the order of the README's guide, in its groups. A folder's README is followed by the pages of that folder, in the order
 * in which it links to them; any other page by those that nobody has led to before it.
 */
export function navigate(documents: readonly Document[]): readonly Group[] {
  const bySource = new Map(documents.map((document) => [document.source, document]));
  const readmeOver = (source: string) => {
    const readme = source.replace(/[^/]*$/, "README.md");
    return readme !== source && readme !== "README.md" && bySource.has(readme) ? readme : undefined;
  };
  const placed = new Set(["README.md"]);
  const take = (sources: readonly string[], over?: string) =>
    sources.filter((source) => {
      const isFree = source.endsWith(".md") && !placed.has(source);
      const isTaken = isFree && [undefined, over].includes(readmeOver(source));
      if (isTaken) placed.add(source);
      return isTaken;
    });
  const entryOf = (source: string): Entry[] => {
    const { title, path, links } = bySource.get(source) ?? unknown(source);
    return [{ title, path, entries: take(sourcesOf(links), source).flatMap(entryOf) }];
  };
  const guided = guideOf(documents).map(({ title, sources }) => ({
    title,
    sources: title === looking ? [referenceStart, ...sources] : sources,
  }));
  const groups = guided.map(({ title, sources }) => ({ title, sources: take(sources) }));
  return groups.map(({ title, sources }) => ({ title, entries: sources.flatMap(entryOf) }));
}

/** All pages of the navigation, in its order. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.flatMap((entry) => [entry, ...inOrder(entry.entries)]);
}

function guideOf(documents: readonly Document[]): { title: string; sources: string[] }[] {
  const { tokens } = documents.find(({ source }) => source === "README.md") ?? unknown("README.md");
  const begin = tokens.findIndex((token) => token.attrGet("id") === guide);
  if (begin < 0) throw new Error(`README.md has no section ${guide}`);
  const groups: { title: string; sources: string[] }[] = [];
  for (const token of tokens.slice(begin)) {
    if (token.type !== "inline") continue;
    const title = /^(To [a-z ]+):/.exec(plainTextOf(token))?.[1];
    if (title !== undefined) groups.push({ title, sources: [] });
    const targets = (token.children ?? []).flatMap((child) =>
      child.type === "link_open" ? [targetOf(child)] : [],
    );
    groups.at(-1)?.sources.push(...sourcesOf(targets));
  }
  return groups;
}

function sourcesOf(targets: readonly Target[]): string[] {
  return targets.flatMap((target) => ("document" in target ? [target.document] : []));
}

function unknown(source: string): never {
  throw new Error(`there is no page of ${source}`);
}
