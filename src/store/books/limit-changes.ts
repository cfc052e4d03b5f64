import { and, desc, eq, sql } from "drizzle-orm";
import { LimitHistory, type LimitPeriod } from "../../domain/balance-history/limit-history.ts";
import type { Limit } from "../../domain/limit.ts";
import type { Database } from "../driver/database.ts";
import { arrayText } from "../driver/statements/arrays.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { isOnly } from "../driver/statements/only.ts";
import type { Orm } from "../driver/statements/orm.ts";
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
/** So many of them are there mostly. */
const fewMax = 20;

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
    const { orgId: org, customerId, currency } = books;
    let [terms]: (Terms | undefined)[] = await currentTerms(this.database.keyed()).execute({
      org,
      customerId,
      currency,
    });
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

  /** The newest first. Cut where there are more: then all that is answered is younger than what is not. */
  private async acts({ orgId, customerId, currency }: AccountBooks, signal?: AbortSignal) {
    const customer = `customers/${customerId}`;
    const targets = [`${customer}/balances/${currency}`, customer, `currencies/${currency}`];
    const { lists, rowsMax } = await this.actsOn(orgId, targets, signal);
    const cuts = lists.flatMap((list) => (list.length === rowsMax ? (list.at(-1)?.at.getTime() ?? []) : []));
    const cut = Math.max(Number.NEGATIVE_INFINITY, ...cuts);
    const known = lists.flat().filter(({ at }) => at.getTime() >= cut);
    known.sort((a, b) => b.at.getTime() - a.at.getTime());
    return { acts: known, isCut: cuts.length > 0 };
  }

  /** A list of each target; few are looked up by keys, and more are a wide read. */
  private async actsOn(orgId: string, targets: readonly string[], signal?: AbortSignal) {
    const wanted = { org: orgId, targets: arrayText(targets, "text") };
    const listed = async (orm: Orm, rowsMax: number) => {
      const rows = await newestActs(orm).execute({ ...wanted, rowsMax });
      return { lists: targets.map((target) => rows.filter((row) => row.target === target)), rowsMax };
    };
    const few = await listed(this.database.keyed(), fewMax);
    const areMore = few.lists.some(({ length }) => length === fewMax);
    return areMore ? listed(this.database.orm(signal), changesMax) : few;
  }
}

const org = sql`${sql.placeholder("org")}::uuid`;
const currency = sql`${sql.placeholder("currency")}::text`;

const currentTerms = keptQuery((orm) =>
  orm
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
        sql`${accounts.orgId} = ${org}`,
        eq(accounts.customerId, customers.id),
        sql`${accounts.currency} = ${currency}`,
      ),
    )
    .leftJoin(currencies, and(sql`${currencies.orgId} = ${org}`, sql`${currencies.code} = ${currency}`))
    .where(and(sql`${customers.orgId} = ${org}`, eq(customers.id, sql.placeholder("customerId"))))
    .limit(1)
    .prepare("current_terms"),
);

const newestActs = keptQuery((orm) => {
  const newest = orm
    .select({ at: acts.at, id: acts.id, verb: acts.verb, before: acts.before })
    .from(acts)
    .where(and(isOnly(acts.orgId, org), sql`${acts.target} = t.target`))
    .orderBy(desc(acts.at), desc(acts.id))
    .limit(sql.placeholder("rowsMax"))
    .as("newest");
  return orm
    .select({ target: sql<string>`t.target`, at: newest.at, verb: newest.verb, before: newest.before })
    .from(sql`unnest(${sql.placeholder("targets")}::text[]) as t (target)`)
    .innerJoinLateral(newest, sql`true`)
    .orderBy(desc(newest.at), desc(newest.id))
    .prepare("newest_acts");
});

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
