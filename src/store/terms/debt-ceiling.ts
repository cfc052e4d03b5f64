import { and, eq, gt, isNotNull } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Ceiling } from "../../domain/ceiling.ts";
import { Refused } from "../../domain/refusal.ts";
import { ceilingExceeded } from "../../domain/under-ceiling.ts";
import type { Orm } from "../driver/orm.ts";
import { accounts, ceilings, currencies } from "../schema.ts";
import { ceilingOf } from "./ceiling-row.ts";
import { currenciesMax } from "./currency-row.ts";

/** What an organization's ceiling says in a currency, in a transaction. */
export async function ceilingIn(
  orm: Orm,
  { orgId, currency }: { readonly orgId: string; readonly currency: string },
): Promise<Pick<Ceiling, "debt" | "overdraft">> {
  const isIt = and(eq(ceilings.orgId, orgId), eq(ceilings.currency, currency));
  const [row] = await orm.select().from(ceilings).where(isIt).limit(1);
  return row === undefined ? { debt: null, overdraft: null } : ceilingOf(row);
}

/**
 * Refuses to make a customer postpaid, in a transaction, where it might then owe more than the organization's ceiling: in a
 * currency that has a credit limit, or in which the customer has one of its own.
 */
export async function requireDebtWithin(
  orm: Orm,
  { orgId, id }: { readonly orgId: string; readonly id: string },
): Promise<void> {
  const hasLimit = and(eq(currencies.orgId, orgId), gt(currencies.creditLimit, "0"));
  const isOwn = and(
    eq(accounts.orgId, orgId),
    eq(accounts.customerId, id),
    isNotNull(accounts.ownCreditLimit),
  );
  const ofCurrencies = await orm
    .select({ currency: currencies.code, limit: currencies.creditLimit })
    .from(currencies)
    .where(hasLimit)
    .limit(currenciesMax);
  const own = await orm
    .select({ currency: accounts.currency, limit: accounts.ownCreditLimit })
    .from(accounts)
    .where(isOwn)
    .limit(currenciesMax);
  const limits = new Map([...ofCurrencies, ...own].map(({ currency, limit }) => [currency, limit ?? "0"]));
  for (const [currency, limit] of limits) {
    const required = Amount.of(limit);
    const largest = (await ceilingIn(orm, { orgId, currency })).debt ?? Amount.zero;
    if (largest.isLessThan(required))
      throw new Refused(ceilingExceeded({ ceiling: "debt", currency, largest, required }));
  }
}
