import { and, desc, eq, sql } from "drizzle-orm";
import type { Limit } from "../../domain/limit.ts";
import { LimitHistory, type LimitPeriod } from "../../domain/limit-history.ts";
import type { Database } from "../driver/database.ts";
import { accounts, acts, currencies, customers, type Shown, type StoredLimit } from "../schema.ts";
import { shareCurrencies } from "../terms/currency-lock.ts";
import { limitOf } from "./account.ts";
import type { AccountBooks } from "./moments.ts";

/** What decides how low a balance may go. */
interface Terms {
  readonly minimumBalance: string | null;
  readonly temporaryLimits: readonly StoredLimit[] | null;
  readonly ownCreditLimit: string | null;
  readonly billingType: "prepaid" | "postpaid";
  /** Of the currency; null where it is not configured. */
  readonly creditLimit: string | null;
}

/** Changes of each of the three that are read: what was before more of them is not known. */
const changesMax = 1_000;

/**
 * How low balances could go. It is kept as it stands; what it was is found by undoing, from the newest on, what the trail
 * says was done to the balance, its customer and its currency.
 */
export class LimitChanges {
  constructor(private readonly database: Database) {}

  /**
   * Final up to a moment as of which nothing comes into the books any more: whoever sees to that has waited for changes of the
   * balance and its customer, which lock accounts. One of the currency has its time before it is committed, too.
   */
  async of(books: AccountBooks, signal?: AbortSignal): Promise<LimitHistory> {
    await shareCurrencies(this.database.orm(signal), books.orgId);
    // First, so that whatever is not in it yet is among the acts.
    let terms = await this.current(books, signal);
    if (terms === undefined) return new LimitHistory([]);
    const { acts: undone, isCut } = await this.acts(books, signal);
    const periods: LimitPeriod[] = [];
    for (const act of undone) {
      periods.push({ from: act.at.getTime(), limit: limitBy(terms) });
      terms = termsBefore(terms, act);
    }
    if (!isCut) periods.push({ from: Number.NEGATIVE_INFINITY, limit: limitBy(terms) });
    return new LimitHistory(periods.reverse());
  }

  private async current(books: AccountBooks, signal?: AbortSignal): Promise<Terms | undefined> {
    const { orgId, customerId, currency } = books;
    const [row] = await this.database
      .orm(signal)
      .select({
        minimumBalance: accounts.minimumBalance,
        temporaryLimits: accounts.temporaryLimits,
        ownCreditLimit: accounts.ownCreditLimit,
        billingType: customers.billingType,
        creditLimit: currencies.creditLimit,
      })
      .from(customers)
      .leftJoin(
        accounts,
        and(
          eq(accounts.orgId, orgId),
          eq(accounts.customerId, customers.id),
          sql`${accounts.currency} = ${currency}`,
        ),
      )
      .leftJoin(currencies, and(eq(currencies.orgId, orgId), sql`${currencies.code} = ${currency}`))
      .where(and(eq(customers.orgId, orgId), eq(customers.id, customerId)))
      .limit(1);
    return row;
  }

  /** The newest first. Cut where there are more: then all that is answered is younger than what is not. */
  private async acts({ orgId, customerId, currency }: AccountBooks, signal?: AbortSignal) {
    const customer = `customers/${customerId}`;
    const lists = await Promise.all(
      [`${customer}/balances/${currency}`, customer, `currencies/${currency}`].map((target) =>
        this.database
          .orm(signal)
          .select({ at: acts.at, verb: acts.verb, before: acts.before })
          .from(acts)
          .where(and(eq(acts.orgId, orgId), eq(acts.target, target)))
          .orderBy(desc(acts.at), desc(acts.id))
          .limit(changesMax),
      ),
    );
    const cuts = lists.flatMap((list) =>
      list.length === changesMax ? (list.at(-1)?.at.getTime() ?? []) : [],
    );
    const cut = Math.max(Number.NEGATIVE_INFINITY, ...cuts);
    const known = lists.flat().filter(({ at }) => at.getTime() >= cut);
    known.sort((a, b) => b.at.getTime() - a.at.getTime());
    return { acts: known, isCut: cuts.length > 0 };
  }
}

function limitBy({ billingType, creditLimit, ownCreditLimit, ...own }: Terms): Limit {
  const owed = ownCreditLimit ?? creditLimit;
  return limitOf({ ...own, creditLimit: billingType === "postpaid" ? owed : null });
}

/** The terms before an act, which shows what it changed of them, by their names. */
function termsBefore(
  terms: Terms,
  { verb, before }: { readonly verb: string; readonly before: Shown | null },
): Terms {
  if (verb === "currency.create") return { ...terms, creditLimit: null };
  const named = Object.keys(terms).filter((name) => before !== null && name in before);
  return { ...terms, ...Object.fromEntries(named.map((name) => [name, before?.[name]])) };
}
