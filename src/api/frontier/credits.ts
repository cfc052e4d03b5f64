import type { BillingAccount_Balance } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { Amount } from "../../domain/amount.ts";
import { type Currency, currencyOf } from "../../domain/currency.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Account } from "../../store/accounts.ts";
import type { Customer } from "../../store/customers.ts";
import type { Organization } from "../../store/organizations.ts";
import type { Call } from "../shared/call.ts";
import { timestampOf, type Whole } from "../shared/proto.ts";

export const int64Max = 2n ** 63n - 1n;

/** The currency that an organization shows here: credits, or an ISO currency in minor units. */
export function shownCurrency(organization: Organization): Currency {
  const currency = currencyOf(organization.frontierCurrency);
  if (currency === undefined) throw new Error(`organization ${organization.id} shows no currency`);
  return currency;
}

/** The account that this face is a view on; undefined until the first credit or charge. */
export async function shownAccount(
  call: Call,
  place: { organization: Organization; customer: Customer },
): Promise<Account | undefined> {
  const { organization, customer } = place;
  const currency = organization.frontierCurrency;
  const key = { orgId: customer.orgId, customerId: customer.id, currency };
  return (await call.app.balances.find(key)).account;
}

/** How low the balance may go: as the account says, or as it will begin where there is none yet. */
export async function minimumBalanceOf(
  call: Call,
  place: { organization: Organization; customer: Pick<Customer, "billingType"> },
  account: Account | undefined,
): Promise<Amount> {
  if (account !== undefined) return account.minimumBalance ?? Amount.zero;
  const { organization, customer } = place;
  if (customer.billingType === "prepaid") return Amount.zero;
  const code = organization.frontierCurrency;
  const currency = await call.app.currencies.find(organization.id, code, call.signal);
  return currency?.creditLimit.negated() ?? Amount.zero;
}

/** An amount in whole credits or minor units. What is smaller than one is rounded down. */
export function unitsOf(amount: Amount, currency: Currency): bigint {
  const units = amount.floorToUnits(currency.minorPlaces);
  if (units > int64Max || units < -int64Max)
    throw new Refused({ reason: "BALANCE_OUT_OF_RANGE", currency: currency.code });
  return units;
}

export function amountOf(units: bigint, currency: Currency): Amount {
  return Amount.fromUnits(units, currency.minorPlaces);
}

/** A signed amount as Frontier prints it: above zero, and which way it went. */
export function directionOf(
  amount: Amount,
  currency: Currency,
): { amount: bigint; type: "credit" | "debit" } {
  return amount.isNegative()
    ? { amount: unitsOf(amount.negated(), currency), type: "debit" }
    : { amount: unitsOf(amount, currency), type: "credit" };
}

export function balanceMessage(amount: Amount, currency: Currency, updatedAt: Date): BillingAccount_Balance {
  return {
    $typeName: "raystack.frontier.v1beta1.BillingAccount.Balance",
    amount: unitsOf(amount, currency),
    currency: currency.code,
    updatedAt: timestampOf(updatedAt),
  } satisfies Whole<BillingAccount_Balance>;
}
