import { posix } from "node:path";

/** Has each reason in pages lead to the row of the page of errors that tells of it. Edge's words for them have none. */
export function linkReasons(pages: ReadonlyMap<string, string>, errors: string): ReadonlyMap<string, string> {
  const reasons = new Set([...errors.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, reason]) => reason));
  return new Map(
    [...pages].map(([page, text]) => {
      const to = posix.relative(posix.dirname(page), "docs/errors.md");
      const linked = text.replace(/`([A-Z_]+)`/g, (code, name: string) =>
        reasons.has(name) ? `[${code}](${to}#${name.toLowerCase()})` : code,
      );
      return [page, linked] as const;
    }),
  );
}
