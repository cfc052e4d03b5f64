import { OperationKind } from "../../../gen/tallystick/v1/refusal_pb.ts";
import { moneyText } from "../money/amount-text.ts";
import { explained, explainedReasons, shortageOf } from "./refusal.ts";

const money = (text: string, currency: string) => moneyText(text, currency, 0);
const kind = OperationKind.CHARGE;
const figures = { currency: "VC", available: "1250", required: "5000", minimum_balance: "-100", held: "200" };

it("adds up what was available from exact figures", () => {
  expect(shortageOf({ reason: "INSUFFICIENT_FUNDS", figures })).toEqual({
    currency: "VC",
    posted: "1350",
    held: "200",
    minimumBalance: "-100",
    available: "1250",
    required: "5000",
    missing: "3750",
    isOfHolds: false,
  });
  expect(shortageOf({ reason: "CUSTOMER_DISABLED", figures })).toBeUndefined();
  expect(shortageOf({ reason: "INSUFFICIENT_FUNDS", figures: {} })).toBeUndefined();
});

it.each([
  [
    figures,
    "A charge of 5,000 VC was refused: only 1,250 VC were available, with 200 VC set aside by holds. 3,750 VC were missing.",
    "A credit of 3,750 VC would have let it pass",
  ],
  [
    { ...figures, available: "0", required: "5", held: "0", minimum_balance: "0" },
    "A charge of 5 VC was refused: nothing was available. 5 VC were missing.",
    "A credit of 5 VC would have let it pass",
  ],
  [
    { ...figures, available: "1", required: "5", held: "4" },
    "A charge of 5 VC was refused: only 1 VC was available, with 4 VC set aside by holds. 4 VC were missing.",
    "Without the holds it would have passed",
  ],
  [
    { ...figures, available: "-20", required: "5", held: "0" },
    "A charge of 5 VC was refused: the customer was 20 VC below its limit already. 25 VC were missing.",
    "or a limit that is lower by as much",
  ],
])("says what was missing of %j", (of, sentence, remedy) => {
  const explanation = explained({ reason: "INSUFFICIENT_FUNDS", figures: of, kind }, money);
  expect(explanation.sentence).toBe(sentence);
  expect(explanation.remedy).toContain(remedy);
});

it.each([
  ["CUSTOMER_DISABLED", {}, kind, "A charge was refused because the customer was disabled"],
  [
    "KEY_CONFLICT",
    { key: "order-1", differing: "amount,source" },
    OperationKind.ADJUSTMENT,
    "An adjustment was refused because its key, “order-1”, stands for an operation with other content: amount, source differ",
  ],
  ["KEY_CONFLICT", { key: "order-1", differing: "amount" }, kind, "with other content: amount differs."],
  [
    "NOT_REFUNDABLE",
    { kind: "adjustment" },
    OperationKind.REFUND,
    "A refund was refused because the transfer is of kind adjustment, and only charges and captures are given back.",
  ],
  [
    "CURRENCY_NOT_USABLE",
    { currency: "CREDITS" },
    kind,
    "A charge was refused because CREDITS could not be used: there is no such currency",
  ],
  [
    "HOLD_EXCEEDED",
    { available: "2", required: "3", currency: "VC" },
    OperationKind.CAPTURE,
    "A capture was refused because the hold had 2 VC left",
  ],
  ["FROM_TOMORROW", {}, kind, "A charge was refused for the reason FROM_TOMORROW."],
])("explains %s", (reason, of, refused, sentence) => {
  expect(
    explained({ reason, figures: of as Record<string, string>, kind: refused }, money).sentence,
  ).toContain(sentence);
});

it.each(explainedReasons)("has words for %s whatever figures are missing", (reason) => {
  const { sentence } = explained({ reason, figures: {}, kind }, money);
  expect(sentence).toMatch(/^A charge was refused .*\.$/);
  expect(sentence).not.toMatch(/undefined|null/);
});
