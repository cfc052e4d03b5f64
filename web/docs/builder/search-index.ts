import MiniSearch from "minisearch";
import { searchOptions } from "../search-options.ts";
import type { Document } from "./document.ts";

/** The index of all sections, as JSON. */
export function searchIndex(documents: readonly Document[]): string {
  const search = new MiniSearch(searchOptions);
  search.addAll(
    // What stands in files of the repository would be found before what is said of it.
    documents
      .filter(({ source }) => source.endsWith(".md"))
      .flatMap(({ title, path, sections }) =>
        sections
          .filter(({ heading, text }) => heading !== "" || text !== "")
          .map(({ id, heading, text }) => ({
            id: id === "" ? path : `${path}#${id}`,
            title,
            heading: heading === title ? "" : heading,
            text,
            excerpt: text.slice(0, 200),
          })),
      ),
  );
  return JSON.stringify(search);
}
