import { Amount } from "./amount.ts";
import type { Refusal } from "./refusal.ts";
import { refusalFigures } from "./refusal-figures.ts";

const customerId = "00000000-0000-4000-8000-000000000001";

describe("refusalFigures", () => {
  it.each<[Refusal, Record<string, string>]>([
    [
      {
        reason: "INSUFFICIENT_FUNDS",
        customerId,
        currency: "VC",
        available: Amount.of("1.50"),
        required: Amount.of("2"),
        minimumBalance: Amount.of("-10"),
        held: Amount.zero,
        freeInMs: 1,
      },
      {
        ...{ customer: customerId, currency: "VC", available: "1.5", required: "2" },
        ...{ minimum_balance: "-10", held: "0" },
      },
    ],
    [
      {
        reason: "HOLD_EXCEEDED",
        holdId: "h",
        currency: "VC",
        remaining: Amount.of("3"),
        required: Amount.of("4"),
      },
      { hold: "h", currency: "VC", available: "3", required: "4" },
    ],
    [
      { reason: "KEY_CONFLICT", transferId: "t", key: "order-1", differing: ["amount", "source"] },
      { transfer: "t", key: "order-1", differing: "amount,source" },
    ],
    [
      { reason: "TOO_MANY_PLACES", currency: "JPY", places: 0, required: Amount.of("0.1") },
      { currency: "JPY", places: "0", required: "0.1" },
    ],
    [
      { reason: "NOT_FOUND", resource: "customer", name: "me@example.com" },
      { resource: "customer", name: "me@example.com" },
    ],
  ])("of %j", (refusal, figures) => {
    expect(refusalFigures(refusal)).toEqual(figures);
  });
});
