import { counterAccount, customerAccount } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import { refusalNotes } from "./refusal-note.ts";

const customerId = "00000000-0000-4000-8000-000000000001";
const id = "00000000-0000-4000-8000-00000000000a";
const by = { actor: "client", requestId: "request", isBounded: false };
const account = customerAccount(customerId, "VC");
const [charge, capture]: [Operation, Operation] = [
  {
    ...{
      type: "transfer",
      id,
      key: "",
      kind: "charge",
      amount: Amount.of("2"),
      currency: "VC",
      isPaying: true,
    },
    customer: { text: "me@example.com", id: customerId, everNamed: [] },
    ...{ other: { counter: "revenue" }, source: "", description: "", userId: "", metadata: {} },
    ...{ own: account, opposite: counterAccount("revenue", "VC") },
  } as Operation,
  {
    ...{ type: "capture", id, key: null, holdId: "h", amount: null, final: false, overage: "reject" },
    ...{ description: "", metadata: {}, on: { account, counter: counterAccount("revenue", "VC") } },
  } as Operation,
];

describe("refusalNotes", () => {
  it("says what was asked, of whom and by whom, whatever the refusal itself says", () => {
    const notes = refusalNotes({ operations: [charge, capture], dryRun: false, by }, [
      { index: 0, refusal: { reason: "BALANCE_OUT_OF_RANGE", currency: "VC", most: Amount.of("9.9") } },
      { index: 1, refusal: { reason: "HOLD_NOT_ACTIVE", holdId: "h", state: "expired" } },
    ]);
    const asked = { customerId, createdBy: "client", requestId: "request" };
    expect(notes).toEqual([
      {
        ...asked,
        reason: "BALANCE_OUT_OF_RANGE",
        figures: { currency: "VC", most: "9.9" },
        kind: "charge",
        key: id,
      },
      {
        ...{ ...asked, reason: "HOLD_NOT_ACTIVE", figures: { hold: "h", state: "expired" } },
        ...{ kind: "capture", key: null },
      },
    ]);
  });

  it("says nothing of what was only tried", () => {
    const refused = [{ index: 0, refusal: { reason: "CUSTOMER_DISABLED", customerId } }] as const;
    expect(refusalNotes({ operations: [charge], dryRun: true, by }, refused)).toEqual([]);
  });
});
