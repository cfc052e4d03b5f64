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

/** `captureOverdraft` is a word, and so are its parts. */
function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).flatMap((word) => {
    const parts = word.split(/(?<=[a-z\d])(?=[A-Z])/);
    return parts.length === 1 ? parts : [word, ...parts];
  });
}

/** Of the index, whoever makes or reads it. */
export const searchOptions: Options = {
  fields: ["heading", "title", "text"],
  tokenize: wordsOf,
  storeFields: ["title", "heading", "excerpt"],
  searchOptions: {
    boost: { heading: 4, title: 3 },
    // What is told comes before what is listed, unless that is called what is looked for.
    boostDocument: (address: string) => (address.startsWith("reference/") ? 0.5 : 1),
    combineWith: "AND",
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    prefix: true,
  },
};
