import type { AskedOperation, Operation, Words } from "./command.ts";
import type { Metadata } from "./operation.ts";

/** Every word that a caller may write into an operation: one that is new is counted wherever words are. */
const wordNames = Object.keys({
  source: true,
  description: true,
  userId: true,
  metadata: true,
} satisfies Record<keyof Words, true>) as (keyof Words)[];

/** Characters of what a caller wrote into an operation, its metadata as JSON. */
export function wordsLength(operation: AskedOperation | Operation): number {
  const words = operation as Partial<Words>;
  let length = 0;
  for (const name of wordNames) {
    const word = words[name];
    if (typeof word === "string") length += word.length;
    else if (word) length += jsonLength(word);
  }
  return length;
}

/** What separates words that are not the same from words that are written otherwise, and more than most have. */
const slack = 2_048;

/** How many characters of a known operation's words tell whether they are those of this one. */
export function wordsThatMatter(operation: AskedOperation | Operation): number {
  return wordsLength(operation) + slack;
}

/** Mostly there is none, which is not worth a text. */
function jsonLength(metadata: Metadata): number {
  for (const _ in metadata) return JSON.stringify(metadata).length;
  return 0;
}
