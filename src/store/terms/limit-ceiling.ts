import { and, eq } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Ceiling, CeilingKind } from "../../domain/ceiling.ts";
import { Refused } from "../../domain/refusal.ts";
import { ceilingExceeded } from "../../domain/under-ceiling.ts";
import type { Account } from "../books/account.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { ceilings, currencies } from "../schema.ts";
import type { CustomerAccount } from "./account-limit.ts";
import { ceilingOf } from "./ceiling-row.ts";

const onlyAdmins = { reason: "PERMISSION_DENIED", roles: ["admin"], scope: "organization" } as const;

/** What was changed of an account's limits. */
interface Changed {
  /** As it was asked for: null clears, and what is left out stays. */
  readonly limit: {
    readonly minimumBalance?: Amount | null | undefined;
    readonly captureOverdraft?: Amount | null | undefined;
  };
  /** Whether a credit limit of the customer's own went, so that the currency's holds once it is postpaid. */
  readonly clearsCreditLimit: boolean;
  readonly outcome: Account;
}

/**
 * Refuses what only an admin may set, in a transaction that keeps currencies from changing: any limit where no ceiling is set,
 * and what goes beyond it. What was asked for counts, and what comes of it: whoever clears something gets what then holds.
 */
export async function requireLimitWithin(
  orm: Orm,
  which: CustomerAccount,
  { limit, clearsCreditLimit, outcome }: Changed,
): Promise<void> {
  const { debt, overdraft } = await ceilingIn(orm, which);
  if (debt === null) throw new Refused(onlyAdmins);
  const require = requireWithin(which.currency);
  if (limit.minimumBalance !== undefined)
    for (const minimum of [limit.minimumBalance, outcome.minimumBalance])
      require("debt", debt, minimum?.negated() ?? Amount.zero);
  const inherits = clearsCreditLimit || limit.captureOverdraft === null;
  const inherited = inherits ? await currencyTerms(orm, which) : undefined;
  if (clearsCreditLimit) require("debt", debt, Amount.of(inherited?.creditLimit ?? "0"));
  if (limit.captureOverdraft === undefined) return;
  const resulting = limit.captureOverdraft?.toString() ?? inherited?.captureOverdraft ?? null;
  // Then nothing bounds an admin's captures any more.
  if (resulting === null) throw new Refused(onlyAdmins);
  require("overdraft", overdraft ?? Amount.zero, Amount.of(resulting));
}

function requireWithin(currency: string) {
  return (ceiling: CeilingKind, largest: Amount, required: Amount) => {
    if (largest.isLessThan(required))
      throw new Refused(ceilingExceeded({ ceiling, currency, largest, required }));
  };
}

/** What an organization's ceiling says. */
async function ceilingIn(
  orm: Orm,
  { orgId, currency }: CustomerAccount,
): Promise<Pick<Ceiling, "debt" | "overdraft">> {
  const isIt = and(eq(ceilings.orgId, orgId), eq(ceilings.currency, currency));
  const [row] = await orm.select().from(ceilings).where(isIt).limit(1);
  return row === undefined ? { debt: null, overdraft: null } : ceilingOf(row);
}

/** What a currency says where an account says nothing. */
async function currencyTerms(orm: Orm, { orgId, currency }: CustomerAccount) {
  const { creditLimit, captureOverdraft } = currencies;
  const isIt = and(eq(currencies.orgId, orgId), eq(currencies.code, currency));
  const [row] = await orm.select({ creditLimit, captureOverdraft }).from(currencies).where(isIt).limit(1);
  return row;
}
