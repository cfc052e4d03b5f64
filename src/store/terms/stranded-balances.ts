import { and, count, eq, isNotNull, ne, or, type SQL, sql } from "drizzle-orm";
import { type CurrencyBook, usableMax, usablePlaces } from "../../domain/currency.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts } from "../schema.ts";
import type { ConfiguredCurrency, CurrencyId } from "./currency-row.ts";

/** Accounts are counted up to here. */
const strandedMax = 10_000;

/** The currencies of an organization as a decision sees them. */
export function bookOf(configured: readonly ConfiguredCurrency[]): CurrencyBook {
  const terms = configured.map(
    ({ code, places, status, minimumTopUp }) =>
      [code, { places, isActive: status === "active", minimumTopUp }] as const,
  );
  const usable = terms.filter(([, { isActive }]) => isActive).slice(0, usableMax);
  return { hasAny: terms.length > 0, usable: usable.map(([code]) => code), configured: new Map(terms) };
}

/**
 * Refuses a change of one currency that leaves customers with money of which no part can be spent any more: in the
 * currency, where it is made inactive or has too few places for what is there, and in all others, where it is the first
 * that is configured.
 *
 * @throws Refused with CURRENCY_STRANDS.
 */
export async function refuseToStrand(
  orm: Orm,
  { orgId, code }: CurrencyId,
  books: { readonly before: CurrencyBook; readonly after: CurrencyBook },
): Promise<void> {
  const inIt = strandedIn(code, books);
  const isFirst = !books.before.hasAny && books.after.hasAny;
  if (inIt === undefined && !isFirst) return;
  const isStranded = or(
    inIt && and(eq(accounts.currency, code), inIt),
    isFirst ? and(ne(accounts.currency, code), holdsMoney) : undefined,
  );
  const stranded = orm
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.orgId, orgId), isNotNull(accounts.customerId), isStranded))
    .limit(strandedMax)
    .as("stranded");
  const [counted] = await orm.select({ rows: count() }).from(stranded);
  const rows = counted?.rows ?? 0;
  if (rows > 0) throw new Refused({ reason: "CURRENCY_STRANDS", currency: code, accounts: rows });
}

const balance = sql`(${accounts.funded} - ${accounts.spent} - ${accounts.withdrawn})`;
const holdsMoney = sql`(${balance} <> 0 or ${accounts.held} <> 0)`;

/** Which accounts in the currency itself are stranded; undefined where none can be. */
function strandedIn(
  code: string,
  { before, after }: { readonly before: CurrencyBook; readonly after: CurrencyBook },
): SQL | undefined {
  const [placesBefore, placesAfter] = [usablePlaces(before, code), usablePlaces(after, code)];
  if (placesBefore === undefined) return undefined;
  if (placesAfter === undefined) return holdsMoney;
  if (placesAfter >= placesBefore) return undefined;
  return sql`(trunc(${balance}, ${placesAfter}) <> ${balance} or trunc(${accounts.held}, ${placesAfter}) <> ${accounts.held})`;
}
