import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import { Refused } from "../../domain/refusal.ts";
import { ceilingExceeded } from "../../domain/under-ceiling.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts, ceilings, currencies } from "../schema.ts";
import { shareCurrencies } from "./currency-lock.ts";

interface Owing {
  readonly currency: string;
  readonly limit: string | null;
  readonly debt: string | null;
}

/**
 * Refuses to make a customer postpaid, in a transaction, where it might then owe more than the organization's ceiling: in a
 * currency that has a credit limit, or in which the customer has one of its own. Neither changes before the transaction ends.
 */
export async function requireDebtWithin(
  orm: Orm,
  { orgId, id }: { readonly orgId: string; readonly id: string },
): Promise<void> {
  await shareCurrencies(orm, orgId);
  const isTheirs = and(eq(accounts.orgId, orgId), eq(accounts.customerId, id));
  const beyond = (limit: typeof accounts.ownCreditLimit | typeof currencies.creditLimit) =>
    gt(limit, sql`coalesce(${ceilings.debt}, 0)`);
  const byOwn = await orm
    .select({ currency: accounts.currency, limit: accounts.ownCreditLimit, debt: ceilings.debt })
    .from(accounts)
    .leftJoin(ceilings, and(eq(ceilings.orgId, orgId), eq(ceilings.currency, accounts.currency)))
    .where(and(isTheirs, beyond(accounts.ownCreditLimit)))
    .limit(1);
  requireNone(byOwn);
  const byCurrency = await orm
    .select({ currency: currencies.code, limit: currencies.creditLimit, debt: ceilings.debt })
    .from(currencies)
    .leftJoin(ceilings, and(eq(ceilings.orgId, orgId), eq(ceilings.currency, currencies.code)))
    .leftJoin(accounts, and(isTheirs, eq(accounts.currency, currencies.code)))
    .where(and(eq(currencies.orgId, orgId), isNull(accounts.ownCreditLimit), beyond(currencies.creditLimit)))
    .limit(1);
  requireNone(byCurrency);
}

function requireNone([owing]: readonly Owing[]): void {
  if (owing === undefined) return;
  const { currency, limit, debt } = owing;
  const [largest, required] = [Amount.of(debt ?? "0"), Amount.of(limit ?? "0")];
  throw new Refused(ceilingExceeded({ ceiling: "debt", currency, largest, required }));
}
