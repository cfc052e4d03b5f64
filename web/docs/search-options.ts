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

/** Many words and one are the same: `holds` is found by `hold`, before what merely begins so. */
function wordMeant(word: string): string {
  return word.toLowerCase().replace(/(?<=\p{L}{3})(?<![su])s$/u, "");
}

/** Of the index, whoever makes or reads it. */
export const searchOptions: Options = {
  fields: ["heading", "title", "text"],
  tokenize: wordsOf,
  processTerm: wordMeant,
  storeFields: ["title", "heading", "excerpt"],
  searchOptions: {
    boost: { heading: 4, title: 3 },
    // What is told comes before what is listed, unless that is called what is looked for, and a page before a section of another.
    boostDocument: (address: string, _word, found) =>
      (address.startsWith("reference/") ? 0.5 : 1) * (found?.["heading"] === "" ? 2 : 1),
    combineWith: "AND",
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    prefix: true,
  },
};
