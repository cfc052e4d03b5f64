import { notFound } from "../../../domain/refusal.ts";
import type { Balance, BalanceKey } from "../../../store/books/balances.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";

/** A customer's balance in a currency. NOT_FOUND where there is no such customer. */
export async function balanceNamed(call: Call, key: BalanceKey): Promise<Balance> {
  const balance = await call.app.balances.find(key);
  if (balance === undefined) throw notFound("customer", key.customer);
  if (balance.account === undefined) await requireCurrency(call, key);
  return balance;
}

/** A customer may hold nothing in a currency; a currency that there is not is a mistake. */
async function requireCurrency(call: Call, { orgId, currency }: BalanceKey): Promise<void> {
  const form = new Form();
  form.currency("currency", currency, await call.app.currencies.recognized(orgId, currency, call.signal));
  form.done();
}
