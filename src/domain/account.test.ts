import fc from "fast-check";
import {
  type AccountRef,
  accountOf,
  availableOf,
  balanceOf,
  counterAccount,
  customerAccount,
} from "./account.ts";
import { Amount } from "./amount.ts";
import { customer } from "./decide.fixture.ts";

describe("the key of an account", () => {
  const id = "a0000000-0000-4000-8000-000000000001";

  it("is not the customer's for a counter-account that is named like one", () => {
    expect(counterAccount(id, "VC").key).not.toBe(customerAccount(id, "VC").key);
    expect(counterAccount(`customer/${id}`, "VC").key).not.toBe(customerAccount(id, "VC").key);
  });

  it("names one account, whatever the names are", () => {
    const name = fc.oneof(
      fc.constantFrom(id, "funding", "a/b", "customer", "counter", "/", "VC"),
      fc.string(),
    );
    const currency = fc.constantFrom("VC", "USD", "EUR");
    const ref = fc.record({ kind: fc.constantFrom(customerAccount, counterAccount), name, currency });
    fc.assert(
      fc.property(ref, ref, (one, other) => {
        const isSame = one.kind === other.kind && one.name === other.name && one.currency === other.currency;
        expect(one.kind(one.name, one.currency).key === other.kind(other.name, other.currency).key).toBe(
          isSame,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("is made anew from the owner", () => {
    const refs: AccountRef[] = [customerAccount(id, "VC"), counterAccount("revenue", "USD")];
    expect(refs.map(({ owner, currency }) => accountOf(owner, currency))).toEqual(refs);
  });
});

it("the balance is what was funded, less what was spent and withdrawn", () => {
  const state = customer("100", { spent: Amount.of("30"), withdrawn: Amount.of("5"), held: Amount.of("10") });
  expect(String(balanceOf(state))).toBe("65");
  expect(String(availableOf({ ...state, minimumBalance: Amount.of("-20") }))).toBe("75");
  expect(availableOf({ ...state, minimumBalance: null })).toBeNull();
});
