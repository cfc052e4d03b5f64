import type { BillingAccount_Balance } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { Amount } from "../../domain/amount.ts";
import { type Currency, currencyOf } from "../../domain/currency.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { timestampOf, type Whole } from "../shared/proto.ts";

export const int64Max = 2n ** 63n - 1n;

/** The currency that an organization shows here: credits, or an ISO currency in minor units. */
export function shownCurrency(organization: Organization): Currency {
  const currency = currencyOf(organization.frontierCurrency);
  if (currency === undefined) throw new Error(`organization ${organization.id} shows no currency`);
  return currency;
}

/** An amount in whole credits or minor units. What is smaller than one is rounded down. */
export function unitsOf(amount: Amount, currency: Currency): bigint {
  return inRange(amount.floorToUnits(currency.minorPlaces), currency);
}

function inRange(units: bigint, currency: Currency): bigint {
  if (units > int64Max || units < -int64Max) {
    const most = amountOf(int64Max, currency);
    throw new Refused({ reason: "BALANCE_OUT_OF_RANGE", currency: currency.code, most });
  }
  return units;
}

export function amountOf(units: bigint, currency: Currency): Amount {
  return Amount.fromUnits(units, currency.minorPlaces);
}

/**
 * What a transaction did to the balance that is shown, without a sign, and which way it went. That balance is rounded
 * down, so a transaction of less than a unit may show as none or as one, and all of an account add up to its balance.
 */
export function directionOf(
  { amount, balance }: { amount: Amount; balance: Amount },
  currency: Currency,
): { amount: bigint; type: "credit" | "debit" } {
  const unitsOf = (each: Amount) => each.floorToUnits(currency.minorPlaces);
  const change = inRange(unitsOf(balance) - unitsOf(balance.minus(amount)), currency);
  return amount.isNegative() ? { amount: -change, type: "debit" } : { amount: change, type: "credit" };
}

export function balanceMessage(amount: Amount, currency: Currency, updatedAt: Date): BillingAccount_Balance {
  return {
    $typeName: "raystack.frontier.v1beta1.BillingAccount.Balance",
    amount: unitsOf(amount, currency),
    currency: currency.code,
    updatedAt: timestampOf(updatedAt),
  } satisfies Whole<BillingAccount_Balance>;
}
