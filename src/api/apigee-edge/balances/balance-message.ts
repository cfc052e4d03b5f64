import { create } from "@bufbuild/protobuf";
import { v5 as uuidv5 } from "uuid";
import {
  type DeveloperBalance,
  DeveloperBalanceSchema,
  type MonthlyBalance,
  MonthlyBalanceSchema,
} from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { balanceOf } from "../../../domain/account.ts";
import type { Amount } from "../../../domain/amount.ts";
import type { AccountPeriod } from "../../../store/books/periods.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { CurrencyPrinter } from "../currency-message.ts";
import type { BillingMonth } from "../month.ts";

/** A balance, or a credit limit; what is left of it is amount - usage. */
export interface Figures {
  readonly currency: string;
  /** Undefined where there is none yet. */
  readonly accountId?: string;
  readonly amount: Amount;
  readonly usage: Amount;
}

export function balanceMessage(
  customer: Customer,
  { currency, amount, usage }: Figures,
  print: CurrencyPrinter,
): DeveloperBalance {
  return create(DeveloperBalanceSchema, {
    amount: amount.toString(),
    chargePerUsage: false,
    id: balanceId(customer, currency),
    isRecurring: false,
    supportedCurrency: print(currency),
    usage: usage.toString(),
  });
}

export function monthlyBalanceMessage(
  customer: Customer,
  of: { period: AccountPeriod; month: BillingMonth },
  print: CurrencyPrinter,
): MonthlyBalance {
  const { opening, closing, account } = of.period;
  const usage = closing.spent.minus(opening.spent);
  const balance = balanceOf(closing);
  return create(MonthlyBalanceSchema, {
    approxTaxRate: 0,
    currentBalance: balance.toString(),
    currentTotalBalance: balance.plus(usage).toString(),
    currentUsage: usage.toString(),
    id: balanceId(customer, account.currency),
    month: of.month.month,
    previousBalance: balanceOf(opening).toString(),
    supportedCurrency: print(account.currency),
    tax: "0",
    topups: closing.funded.minus(opening.funded).toString(),
    usage: usage.toString(),
    year: of.month.year,
  });
}

/** There is one before there is an account, so it is none of the ledger's ids. */
function balanceId(customer: Customer, currency: string): string {
  return uuidv5(`balance/${currency}`, customer.id);
}
