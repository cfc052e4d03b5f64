import { Amount } from "./amount.ts";
import { refusalToRise } from "./ceiling.ts";
import { account } from "./decide.fixture.ts";

const [customerId, currency] = ["c-1", "USD"];
const ceiling = { funded: Amount.of("100"), balance: Amount.of("90") };

const rise = (amount: string, of: { funded?: string; spent: string }) => {
  const { funded = "100", spent } = of;
  const totals = { currency, funded: Amount.of(funded), spent: Amount.of(spent) };
  return refusalToRise(account({ customerId }, totals), { ceiling, amount: Amount.of(amount) });
};

describe("under a ceiling a balance", () => {
  it("may rise to it", () => {
    expect(rise("10.5", { spent: "20.5" })).toBeUndefined();
  });

  it("may not rise above it, and the refusal says how far it may", () => {
    const largest = Amount.of("10.5");
    expect(rise("10.500000001", { spent: "20.5" })).toEqual({
      ...{ reason: "ADJUSTMENT_TOO_LARGE", customerId, currency, largest },
      required: Amount.of("10.500000001"),
    });
  });

  it("that is above it already may not rise at all", () => {
    expect(rise("1", { spent: "5" })).toMatchObject({ largest: Amount.zero });
  });

  it("is not judged by a ceiling from before its newest credit", () => {
    expect(rise("1", { funded: "101", spent: "20" })).toEqual({
      reason: "ACCOUNT_CHANGED",
      customerId,
      currency,
    });
  });
});

it("is of customers alone", () => {
  expect(() => refusalToRise(account({ role: "revenue" }), { ceiling, amount: Amount.of("1") })).toThrow();
});
