/** How much of what came from a caller is repeated to it. */
export interface Measure {
  /** Of one text, as JSON writes it: a control character is six. */
  readonly charactersMax: number;
  /** Of one list. */
  readonly membersMax: number;
}

/** A value with its texts and lists shortened, wherever in it they stand; what has a class of its own is left as it is. */
export function shortened<T>(value: T, measure: Measure): T {
  return shorten(value, measure) as T;
}

function shorten(value: unknown, measure: Measure): unknown {
  if (typeof value === "string") return shortenedText(value, measure.charactersMax);
  if (Array.isArray(value)) return value.slice(0, measure.membersMax).map((each) => shorten(each, measure));
  if (!isPlain(value)) return value;
  // Most are short enough, and a copy costs more than a look.
  let short = value;
  for (const [name, each] of Object.entries(value)) {
    const shorter = shorten(each, measure);
    if (shorter === each) continue;
    if (short === value) short = { ...value };
    short[name] = shorter;
  }
  return short;
}

/**
 * The beginning of a text that is too long; the text itself otherwise. Half a surrogate pair, which JSON can write, becomes
 * U+FFFD: there is no other encoding that has it.
 */
export function shortenedText(text: string, charactersMax: number): string {
  const start = text.slice(0, charactersMax + 1).toWellFormed();
  if (start.length * escapedMax <= charactersMax) return start;
  let characters = 0;
  for (let end = 0; end < start.length; end += 1) {
    characters += escapedLengths[start.charCodeAt(end)] ?? 1;
    if (characters > charactersMax) return `${start.slice(0, end).replace(halfPairAtEnd, "")}…`;
  }
  return start;
}

const halfPairAtEnd = /[\ud800-\udbff]$/;
/** How long JSON writes each character of ASCII; it writes all others as they are, where none is half a pair. */
const escapedLengths = Array.from(
  { length: 128 },
  (_, code) => JSON.stringify(String.fromCharCode(code)).length - 2,
);
const escapedMax = Math.max(...escapedLengths);

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
