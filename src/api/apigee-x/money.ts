import { create } from "@bufbuild/protobuf";
import { type Money, MoneySchema } from "../../../gen/google/type/money_pb.ts";
import { Amount, amountPlacesMax } from "../../domain/amount.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { inFields } from "../shared/errors.ts";
import type { Form } from "../shared/form.ts";

const nanosMax = 999_999_999;
const nanosOfUnit = 1_000_000_000n;
const unitsMax = 2n ** 63n - 1n;
/** How far from 0 an amount may be that google.type.Money can say. */
export const moneyMost = Amount.of(`${unitsMax}.${nanosMax}`);

/** An amount of either sign, as google/type/money.proto writes it; undefined, and refused, where it does not fit. */
export function amountOfMoney(form: Form, field: string, money: Money | undefined): Amount | undefined {
  if (money === undefined) {
    form.refuse(field, "is required");
    return undefined;
  }
  const { units, nanos, currencyCode } = money;
  form.currencyCode(`${field}.currency_code`, currencyCode);
  if (Math.abs(nanos) > nanosMax) form.refuse(`${field}.nanos`, `must be -${nanosMax} to ${nanosMax}`);
  else if ((units > 0n && nanos < 0) || (units < 0n && nanos > 0)) {
    form.refuse(`${field}.nanos`, "must have the sign of units");
  } else return form.amount(field, decimalText(units, nanos));
  return undefined;
}

/** What is wrong with an amount or its currency, under the names of the message's fields. */
export function moneyFields(refusal: Refusal, field: string) {
  return inFields(refusal, (name) => (name === "currency" ? `${field}.currency_code` : field));
}

/** An amount no farther from 0 than `moneyMost`. */
export function moneyOfAmount(amount: Amount, currencyCode: string): Money {
  const total = amount.floorToUnits(amountPlacesMax);
  return create(MoneySchema, {
    currencyCode,
    units: total / nanosOfUnit,
    nanos: Number(total % nanosOfUnit),
  });
}

function decimalText(units: bigint, nanos: number): string {
  const sign = units < 0n || nanos < 0 ? "-" : "";
  const whole = units < 0n ? -units : units;
  return `${sign}${whole}.${String(Math.abs(nanos)).padStart(amountPlacesMax, "0")}`;
}
