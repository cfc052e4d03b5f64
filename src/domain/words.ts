import type { AskedOperation, Operation, Words } from "./asked-operation.ts";
import type { Metadata } from "./operation.ts";

/** The free texts of an operation. A new one must be listed here, so that it is counted. */
const wordNames = Object.keys({
  source: true,
  description: true,
  userId: true,
  metadata: true,
} satisfies Record<keyof Words, true>) as (keyof Words)[];

/** The number of characters of an operation's free texts, with its metadata as JSON. */
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

/** Room for the same texts written in another way, such as JSON with other spaces. It is more than most operations have. */
const slack = 2_048;

/** How many characters of a known operation's texts are needed to tell whether they equal those of this one. */
export function wordsThatMatter(operation: AskedOperation | Operation): number {
  return wordsLength(operation) + slack;
}

/** Mostly the metadata is empty, and then no JSON is made. */
function jsonLength(metadata: Metadata): number {
  for (const _ in metadata) return JSON.stringify(metadata).length;
  return 0;
}
