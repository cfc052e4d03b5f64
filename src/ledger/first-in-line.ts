import type { Pending } from "./pending.ts";

/**
 * The first of a line with all who share an account with it, be it by way of others; and the rest, in their order. So
 * the two may be done in any order without one overtaking another on an account.
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
