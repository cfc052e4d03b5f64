import fc from "fast-check";
import { Amount } from "./amount.ts";
import { momentAfter } from "./decide.fixture.ts";
import { type Limit, minimumBalanceAt, type TemporaryLimit, withTemporaryLimit } from "./limit.ts";

const until = (minimum: string, ms: number): TemporaryLimit => {
  return { minimum: Amount.of(minimum), endsAt: momentAfter(ms) };
};
const limitOf = (fields: Partial<Limit>): Limit => {
  return { temporary: [], lasting: null, fallback: Amount.zero, ...fields };
};
const at = (limit: Limit, ms: number) => String(minimumBalanceAt(limit, momentAfter(ms)));

describe("the minimum balance", () => {
  it("is the lasting one, or what holds without it", () => {
    expect(at(limitOf({ fallback: Amount.of("-7") }), 0)).toBe("-7");
    expect(at(limitOf({ lasting: Amount.of("3"), fallback: Amount.of("-7") }), 0)).toBe("3");
  });

  it("is that of the newest limit that has not ended, then of the one before it, then the lasting one", () => {
    const temporary = [until("-1", 10), until("-2", 20), until("-3", 30)];
    const limit = limitOf({ temporary, lasting: Amount.of("-4") });
    expect([0, 9, 10, 19, 20, 29, 30, 1_000].map((ms) => at(limit, ms))).toEqual([
      ...["-1", "-1", "-2", "-2", "-3", "-3", "-4", "-4"],
    ]);
  });
});

describe("a new limit with an end", () => {
  it("takes the place of those that end no later", () => {
    const before = [until("-1", 10), until("-2", 20), until("-3", 30)];
    expect(withTemporaryLimit(before, until("-9", 20))).toEqual([until("-9", 20), until("-3", 30)]);
    expect(withTemporaryLimit(before, until("-9", 5))).toEqual([until("-9", 5), ...before]);
    expect(withTemporaryLimit(before, until("-9", 40))).toEqual([until("-9", 40)]);
  });

  it("keeps what holds at every moment as if all were kept, and each later than those before it", () => {
    const ends = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(ends, (list) => {
        const set = list.map((ms, index) => until(`-${index + 1}`, ms));
        const kept = set.reduce<readonly TemporaryLimit[]>(withTemporaryLimit, []);
        const times = kept.map(({ endsAt }) => endsAt.getTime());
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        for (let ms = 0; ms <= 20; ms += 1) {
          const all = limitOf({ temporary: [...set].reverse() });
          expect(at(limitOf({ temporary: kept }), ms)).toBe(at(all, ms));
        }
      }),
    );
  });
});
