import { notFound } from "../../../domain/refusal.ts";
import type { Balance, BalanceKey } from "../../../store/books/balances.ts";
import type { Call } from "../../shared/call.ts";
import { requireCurrency } from "../recognized-currency.ts";

/** A customer's balance in a currency. NOT_FOUND where there is no such customer. */
export async function balanceNamed(call: Call, key: BalanceKey): Promise<Balance> {
  const balance = await call.app.balances.find(key);
  if (balance === undefined) throw notFound("customer", key.customer);
  if (balance.account === undefined) await requireCurrency(call, key.currency);
  return balance;
}
