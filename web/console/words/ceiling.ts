import type { Ceiling } from "../../../gen/tallystick/v1/currency_pb.ts";

const bounds = [
  ["credit", (most: string) => `credit at most ${most} at once`],
  ["adjustment", (most: string) => `adjust by at most ${most} at once`],
  ["overdraft", (most: string) => `capture up to ${most} below its limit`],
  ["debt", (most: string) => `let it owe at most ${most}`],
] as const;

/** How far callers who are no admins may go; empty where nothing was said. */
export function ceilingSentence(
  ceiling: Pick<Ceiling, (typeof bounds)[number][0]>,
  money: (text: string) => string,
): string {
  const said = bounds.flatMap(([name, words]) => (ceiling[name] === "" ? [] : [words(money(ceiling[name]))]));
  const list = [said.slice(0, -1).join(", "), ...said.slice(-1)].filter((part) => part !== "").join(" and ");
  return list && `Callers who are no admins may ${list}.`;
}
