import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { CurrencyTotalsSchema } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { trialBalanceOf } from "./trial-balance.ts";

const of = (totals: MessageInitShape<typeof CurrencyTotalsSchema>) => {
  const { rows, sum } = trialBalanceOf(
    create(CurrencyTotalsSchema, { currency: "USD", otherCounterAccounts: "0", ...totals }),
  );
  return [...rows.map(({ label, posted }) => [label, posted]), ["together", sum]];
};
const counterAccounts = [
  { counterAccount: "funding", posted: "-100.5" },
  { counterAccount: "revenue", posted: "40.25" },
];

it("has both sides, with what customers have, owe and hold", () => {
  const customers = { accounts: 3n, posted: "60.25", credit: "70.25", debt: "10", held: "5" };
  expect(of({ customers, counterAccounts })).toEqual([
    ["Customers, 3 accounts", "60.25"],
    ["of it with customers", "70.25"],
    ["less what customers owe", "-10"],
    ["set aside by holds", "5"],
    ["funding", "-100.5"],
    ["revenue", "40.25"],
    ["together", "0"],
  ]);
});

it("says no more than there is where nobody owes, and by how much books are wrong", () => {
  const customers = { accounts: 1n, posted: "60.26", credit: "60.26", debt: "0", held: "0" };
  expect(of({ customers, counterAccounts, otherCounterAccounts: "1" })).toEqual([
    ["Customers, 1 account", "60.26"],
    ["funding", "-100.5"],
    ["revenue", "40.25"],
    ["All other counter-accounts", "1"],
    ["together", "1.01"],
  ]);
});

it("takes what counter-accounts say for customers that were not summed up", () => {
  expect(of({ counterAccounts })).toEqual([
    ["Customers", "60.25"],
    ["funding", "-100.5"],
    ["revenue", "40.25"],
    ["together", "0"],
  ]);
});
