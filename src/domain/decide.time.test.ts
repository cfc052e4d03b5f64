import {
  account,
  at,
  charge,
  command,
  credit,
  customer,
  hold,
  momentAfter,
  stateOf,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { stateAfter } from "./state.fixture.ts";
import { receiptOf, recordedOf, stateWith } from "./verdict.fixture.ts";

/** Two hours: as far as a clock was once seen ahead. */
const ahead = momentAfter(2 * 3_600_000);

describe("a clock that was once ahead", () => {
  const state = stateOf(customer("100", { newestAt: ahead }), account({ customerId: "c-2" }));

  it("is not what the operation says, nor what a hold's life is counted from", () => {
    const recorded = recordedOf(state, charge("t-1", "1"));
    expect(recorded.createdAt).toEqual(at);
    expect([recorded.from.at, recorded.to?.at]).toEqual([ahead, at]);
    expect(receiptOf(state, hold("h-1", "1", { ttlMs: 5_000 })).hold?.expiresAt).toEqual(momentAfter(5_000));
  });

  it("never lets time run backwards along the account, whatever is done there", () => {
    const steps = [charge("t-1", "1"), hold("h-1", "1"), charge("t-0", "0"), credit("t-2", "1")];
    const end = stateWith(state, ...steps);
    const times = steps.map(({ id }) => end.known.get(id)?.recorded).map((done) => [done?.from, done?.to]);
    const own = times.map((sides) => sides.find((side) => side && "customerId" in side.account.owner)?.at);
    expect(own).toEqual([ahead, ahead, ahead, ahead]);
  });

  it("reaches nobody through the counter-account that both pay", () => {
    const { done } = decide(state, [
      command(charge("t-1", "1")),
      command(credit("t-2", "1", { customerId: "c-2" })),
      command(charge("t-3", "1", { customerId: "c-2" })),
    ]);
    expect(done.map(({ from, to }) => [from.at, to?.at])).toEqual([
      [ahead, at],
      [at, at],
      [at, at],
    ]);
  });

  it("reaches nobody through a counter-account that has the time itself", () => {
    const revenue = account({ counter: "revenue" }, { newestAt: ahead });
    const ours = { ...state, accounts: new Map(state.accounts).set(revenue.key, revenue) };
    const credited = stateWith(ours, credit("t-1", "5", { customerId: "c-2" }));
    const recorded = recordedOf(credited, charge("t-2", "1", { customerId: "c-2" }));
    expect([recorded.from.at, recorded.to?.at]).toEqual([at, ahead]);
  });

  it("is over when the clock has come to it", () => {
    const later = momentAfter(3 * 3_600_000);
    const after = stateAfter(state, decide(state, [command(charge("t-1", "1"))]), later);
    expect(recordedOf(after, charge("t-2", "1")).from.at).toEqual(later);
  });
});
