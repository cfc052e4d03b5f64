import type { Options } from "minisearch";

/** A section as it is found. */
export interface Found {
  /** Its address under /docs/. */
  readonly id: string;
  /** Of its page. */
  readonly title: string;
  /** Empty where it is the page's beginning. */
  readonly heading: string;
  /** How it begins. */
  readonly excerpt: string;
}

/** Of the index, whoever makes or reads it. */
export const searchOptions: Options = {
  fields: ["heading", "title", "text"],
  storeFields: ["title", "heading", "excerpt"],
  searchOptions: {
    boost: { heading: 4, title: 3 },
    combineWith: "AND",
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    prefix: true,
  },
};
