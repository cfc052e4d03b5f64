import { create } from "@bufbuild/protobuf";
import { BillingType } from "../../../gen/tallystick/v1/customer_pb.ts";
import { AccountSchema } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { limitSentence } from "./limit.ts";
import { timestampOf } from "./time.ts";

const money = (text: string) => `${text} USD`;
const end = timestampOf(new Date(2026, 10, 26, 14, 3, 7));
const prepaid = { billingType: BillingType.PREPAID };
const postpaid = { billingType: BillingType.POSTPAID };

it.each([
  ["0", [], prepaid, "It may not owe anything (prepaid)."],
  ["-500", [], postpaid, "It may owe 500 USD (postpaid: the currency's credit limit)."],
  ["50", [{ minimumBalance: "50" }], prepaid, "It must keep 50 USD (its own limit)."],
  [
    "-100",
    [{ minimumBalance: "-100", expireTime: end }, { minimumBalance: "-40" }],
    prepaid,
    "It may owe 100 USD until 2026-11-26 14:03:07, then it may owe 40 USD (its own limits).",
  ],
])("a minimum balance of %s is explained", (minimumBalance, limits, customer, sentence) => {
  expect(limitSentence(create(AccountSchema, { minimumBalance, limits }), customer, money)).toBe(sentence);
});
