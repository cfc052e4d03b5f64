/** One condition of a filter, as it is written: `name=value`. */
export interface Condition {
  readonly name: string;
  readonly value: string;
}

const name = /(\w+) *=/y;
const spaces = / */y;
/** A value in quotes, in which a backslash stands before a quote or another one. */
const quoted = /"((?:[^"\\]|\\.)*)"/sy;
/** Between two conditions; it begins where spaces do, so that many of them are looked at once. */
const and = /(?<! ) +AND +(?=\w+ *=)/g;

/**
 * Takes a filter apart, from left to right, so that an AND in quotes is text. A value without quotes goes on to the next
 * AND before a condition, whatever stands in it. Undefined where the text is no filter.
 */
export function conditionsOf(text: string): Condition[] | undefined {
  const conditions: Condition[] = [];
  for (let at = 0; at < text.length; ) {
    const named = matchAt(name, text, at);
    if (named === undefined) return undefined;
    const value = valueAt(text, at + named[0].length);
    if (value === undefined) return undefined;
    conditions.push({ name: named[1] ?? "", value: value.text });
    at = value.next;
  }
  return conditions;
}

/** The value behind an equals sign, and where the condition after it begins. */
function valueAt(text: string, at: number): { text: string; next: number } | undefined {
  const begin = at + (matchAt(spaces, text, at)?.[0].length ?? 0);
  const isQuoted = text[begin] === '"';
  const inQuotes = matchAt(quoted, text, begin);
  if (isQuoted && inQuotes === undefined) return undefined;
  const close = begin + (inQuotes?.[0].length ?? 0);
  and.lastIndex = isQuoted ? close : at;
  const between = and.exec(text);
  const end = between?.index ?? text.length;
  // What follows the closing quote is an AND, or nothing.
  if (isQuoted && end !== close) return undefined;
  return {
    text: inQuotes?.[1]?.replace(/\\(["\\])/g, "$1") ?? text.slice(begin, end),
    next: between === null ? text.length : and.lastIndex,
  };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
