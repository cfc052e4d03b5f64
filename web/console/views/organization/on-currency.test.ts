import { create } from "@bufbuild/protobuf";
import { CeilingSchema, CurrencySchema, CurrencyState } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { updateCeiling, updateCurrency } from "./on-currency.ts";

it("changes of a currency what was changed in the form, and nothing that somebody else has changed", () => {
  const currency = create(CurrencySchema, {
    ...{ code: "USD", displayName: "Dollar", decimalPlaces: 2, creditLimit: "100", minimumTopUp: "0" },
    state: CurrencyState.ACTIVE,
  });
  const { values, requestOf } = updateCurrency("demo", currency);
  const unchanged = { organization: "demo", code: "USD", force: false };
  expect(requestOf(values)).toEqual(unchanged);
  expect(requestOf({ ...values, displayName: "US dollar" })).toEqual({
    ...unchanged,
    displayName: "US dollar",
  });
  expect(requestOf({ ...values, decimalPlaces: "3", state: "INACTIVE", captureOverdraft: "" })).toEqual({
    ...unchanged,
    ...{ decimalPlaces: 3, state: CurrencyState.INACTIVE },
  });
});

it("changes of a ceiling what was changed in the form, and says all of one that is new", () => {
  const { values, requestOf } = updateCeiling(
    "demo",
    create(CeilingSchema, { currency: "USD", credit: "5", debt: "7" }),
  );
  expect(requestOf({ ...values, credit: "" })).toEqual({ organization: "demo", currency: "USD", credit: "" });
  const first = updateCeiling("demo", undefined);
  expect(first.requestOf({ ...first.values, currency: "USD", credit: " 5" })).toEqual({
    ...{ organization: "demo", currency: "USD", credit: "5", adjustment: "", overdraft: "", debt: "" },
  });
});
