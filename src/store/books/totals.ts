import { sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Database } from "../driver/database.ts";

/** What the accounts of customers hold together in a currency. */
interface CustomerTotals {
  readonly accounts: bigint;
  readonly posted: Amount;
  /** What those above zero have. */
  readonly credit: Amount;
  /** What those below zero owe. */
  readonly debt: Amount;
  /** Of holds that were not noted as expired. */
  readonly held: Amount;
}

/** What an organization holds in a currency. */
export interface CurrencyTotals {
  readonly currency: string;
  /** Null where there are too many accounts to be summed up. */
  readonly customers: CustomerTotals | null;
  /** Those with the largest balances, by name. */
  readonly counters: readonly { readonly counter: string; readonly posted: Amount }[];
  /** What all others hold. */
  readonly others: Amount;
}

/** Accounts of customers that one answer sums up. */
const accountsMax = 1_000_000;
/** Counter-accounts that are told apart in a currency. */
const countersMax = 100;
/** Currencies of one answer. */
const currenciesMax = 1_000;

type Row = {
  readonly currency: string;
  /** Null of customers, empty of counter-accounts that are not told apart. */
  readonly counter: string | null;
  readonly posted: string;
  readonly accounts: string;
  readonly credit: string;
  readonly debt: string;
  readonly held: string;
};

/** What organizations hold, from all their accounts. One statement reads both sides, so that no booking is in one and not in the other. */
export class Totals {
  constructor(
    private readonly database: Database,
    private readonly bound = accountsMax,
  ) {}

  async of(orgId: string, signal?: AbortSignal): Promise<CurrencyTotals[]> {
    const rows = await this.database.orm(signal).execute<Row>(sql`
      with customer_accounts as (
        select currency, funded - spent - withdrawn as posted, held from accounts
        where org_id = ${orgId}::uuid and customer_id is not null limit ${this.bound + 1}
      ), counter_accounts as (
        select currency, counter, sum(funded - spent - withdrawn) as posted,
          row_number() over (partition by currency order by abs(sum(funded - spent - withdrawn)) desc, counter) as place
        from accounts where org_id = ${orgId}::uuid and counter is not null group by currency, counter
      )
      select currency, null as counter, sum(posted) as posted, count(*) as accounts, sum(greatest(posted, 0)) as credit,
        sum(greatest(-posted, 0)) as debt, sum(held) as held
      from customer_accounts group by currency
      union all
      select currency, case when place <= ${countersMax} then counter else '' end, sum(posted), count(*), 0, 0, 0
      from counter_accounts group by 1, 2
      order by 1, 2 limit ${currenciesMax * (countersMax + 2)}`);
    const customers = rows.filter(({ counter }) => counter === null);
    const isWhole = customers.reduce((all, { accounts }) => all + Number(accounts), 0) <= this.bound;
    const ofCurrencies = new Map<string, Row[]>();
    for (const row of rows) {
      const of = ofCurrencies.get(row.currency);
      if (of === undefined) ofCurrencies.set(row.currency, [row]);
      else of.push(row);
    }
    return [...ofCurrencies].slice(0, currenciesMax).map(([currency, of]) => totalsOf(currency, of, isWhole));
  }
}

function totalsOf(currency: string, rows: readonly Row[], isWhole: boolean): CurrencyTotals {
  const customers = rows.find(({ counter }) => counter === null);
  const others = rows.find(({ counter }) => counter === "");
  return {
    currency,
    customers: isWhole ? customerTotals(customers) : null,
    counters: rows.flatMap(({ counter, posted }) =>
      counter ? [{ counter, posted: Amount.of(posted) }] : [],
    ),
    others: others === undefined ? Amount.zero : Amount.of(others.posted),
  };
}

function customerTotals(row: Row | undefined): CustomerTotals {
  return {
    accounts: BigInt(row?.accounts ?? 0),
    posted: Amount.of(row?.posted ?? "0"),
    credit: Amount.of(row?.credit ?? "0"),
    debt: Amount.of(row?.debt ?? "0"),
    held: Amount.of(row?.held ?? "0"),
  };
}
