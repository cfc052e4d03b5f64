import type { Pending } from "./pending.ts";

/**
 * Splits a line in two: the first command with all that are connected to it by shared accounts, directly or through others; and
 * the rest. Both keep their order. They share no account, so either may be done first.
 */
export function firstInLine(line: readonly Pending[]): readonly [readonly Pending[], readonly Pending[]] {
  const [first] = line;
  const keys = new Set(first?.accounts.map(({ key }) => key));
  const belongs = (pending: Pending) =>
    pending === first || pending.accounts.some(({ key }) => keys.has(key));
  for (let known = -1; known !== keys.size; ) {
    known = keys.size;
    for (const pending of line.filter(belongs)) for (const { key } of pending.accounts) keys.add(key);
  }
  return [line.filter(belongs), line.filter((pending) => !belongs(pending))];
}
