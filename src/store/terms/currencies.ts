import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import { FreshCache } from "../../bounds/fresh-cache.ts";
import { type Currency, type CurrencyBook, currencyOf } from "../../domain/currency.ts";
import type { Database } from "../driver/database.ts";
import { retryingFor } from "../driver/transactions/retry.ts";
import { accounts, currencies } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { difference, shown } from "../trail/shown.ts";
import { lockCurrencies } from "./currency-lock.ts";
import {
  type ConfiguredCurrency,
  type CurrencyChange,
  type CurrencyId,
  changedColumns,
  configuredOf,
  currenciesMax,
  isCurrency,
  type NewCurrency,
  rowOf,
  selectCurrencies,
} from "./currency-row.ts";
import { bookOf, refuseToStrand } from "./stranded-balances.ts";

type Configured = ReadonlyMap<string, ConfiguredCurrency>;

/** Whether to make a change although it strands balances: leaves customers money that they cannot spend in parts. */
export interface Forcing {
  readonly force: boolean;
}

/** Reads may lag by this. What may be booked never does, for that is read under the lock. */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** The currencies of organizations. Changes of one organization's take turns. */
export class Currencies {
  private readonly known = new FreshCache<Configured>(freshness);

  constructor(private readonly database: Database) {}

  /** The currencies of an organization as a decision would see them. */
  async book(orgId: string): Promise<CurrencyBook> {
    return bookOf([...(await this.configured(orgId)).values()]);
  }

  /**
   * A currency that an organization may use, or has made inactive: balances may be left in it. Any where it has none of
   * its own.
   */
  async recognized(orgId: string, code: string): Promise<Currency | undefined> {
    const configured = await this.configured(orgId);
    if (configured.size === 0) return currencyOf(code);
    const currency = configured.get(code) ?? (await this.find(orgId, code));
    return currency && narrowed(currency);
  }

  /**
   * Makes one what `next` says, who is told what it is; undefined where the organization has as many as it may.
   *
   * @throws Refused with CURRENCY_STRANDS, as `create` and `update` do, and what `next` throws.
   */
  write(
    which: CurrencyId,
    next: (known: ConfiguredCurrency | undefined) => NewCurrency,
    forcing: Forcing,
    by: By,
  ): Promise<ConfiguredCurrency | undefined> {
    return this.changing(which, { forcing, by }, async ({ orm, note }, known) => {
      const found = known.get(which.code);
      const currency = next(found);
      if (found !== undefined && isWrittenAs(found, currency)) return found;
      if (found === undefined && known.size >= currenciesMax) return undefined;
      const { orgId, code, ...rest } = rowOf(currency);
      const [row] = await orm
        .insert(currencies)
        .values({ orgId, code, ...rest, createdBy: by.actor })
        .onConflictDoUpdate({ target: [currencies.orgId, currencies.code], set: rest })
        .returning();
      const written = row && configuredOf(row);
      if (written !== undefined) note(writingOf(found, written));
      return written;
    });
  }

  /** Creates one; refused where the organization has it, or as many as it may. */
  create(currency: NewCurrency, forcing: Forcing, by: By): Promise<"created" | "taken" | "too many"> {
    return by.once("currency creation", (mayBeDone) =>
      this.changing(currency, { forcing, by }, async ({ orm, note }, known) => {
        const found = known.get(currency.code);
        if (found !== undefined) return mayBeDone && isWrittenAs(found, currency) ? "created" : "taken";
        if (known.size >= currenciesMax) return "too many";
        const values = { ...rowOf(currency), createdBy: by.actor };
        const [row] = await orm.insert(currencies).values(values).returning();
        if (row === undefined) throw new Error("a currency was not inserted");
        note(writingOf(undefined, configuredOf(row)));
        return "created";
      }),
    );
  }

  /** Changes what is given of one; undefined where there is none. */
  update(
    which: CurrencyId,
    change: CurrencyChange,
    forcing: Forcing,
    by: By,
  ): Promise<ConfiguredCurrency | undefined> {
    return this.changing(which, { forcing, by }, async ({ orm, note }, known) => {
      const found = known.get(which.code);
      if (found === undefined || isWrittenAs(found, { ...found, ...change })) return found;
      const [row] = await orm
        .update(currencies)
        .set(changedColumns(change))
        .where(isCurrency(which))
        .returning();
      const written = row && configuredOf(row);
      if (written !== undefined) note(writingOf(found, written));
      return written;
    });
  }

  async find(orgId: string, code: string): Promise<ConfiguredCurrency | undefined> {
    const isIt = isCurrency({ orgId, code });
    const [row] = await this.database.keyed().select().from(currencies).where(isIt);
    return row && configuredOf(row);
  }

  /** Those after a code, in the order of their codes. */
  page(
    page: { readonly orgId: string; readonly after: string | undefined; readonly rowsMax: number },
    signal?: AbortSignal,
  ): Promise<ConfiguredCurrency[]> {
    return selectCurrencies(this.database.orm(signal), page);
  }

  /** All of them, in the order of their codes. */
  list(orgId: string, signal?: AbortSignal): Promise<ConfiguredCurrency[]> {
    return selectCurrencies(this.database.orm(signal), { orgId });
  }

  /** Deletes one that no account uses. */
  delete(orgId: string, code: string, by: By): Promise<"deleted" | "in use" | "none"> {
    const which = { orgId, code };
    const isUsed = sql`exists (select from ${accounts} where ${accounts.orgId} = ${orgId} and ${accounts.currency} = ${code})`;
    return by.once("currency deletion", async (mayBeDone) => {
      const outcome = await acting(this.database, by, async ({ orm, note }) => {
        await lockCurrencies(orm, orgId);
        const isUnused = sql`${isCurrency(which)} and not ${isUsed}`;
        const [deleted] = await orm.delete(currencies).where(isUnused).returning();
        if (deleted !== undefined) {
          const before = shown(shownOf(configuredOf(deleted)));
          note({ verb: "currency.delete", ...targetOf(which), before, after: null });
          return "deleted";
        }
        const [used] = await orm.select().from(currencies).where(isCurrency(which)).limit(1);
        return used === undefined ? "none" : "in use";
      });
      this.known.forget(orgId);
      return outcome === "none" && mayBeDone ? "deleted" : outcome;
    });
  }

  /** Makes a change of one currency, which is undone where it strands balances. */
  private async changing<T>(
    which: CurrencyId,
    { forcing, by }: { readonly forcing: Forcing; readonly by: By },
    change: (act: Act, known: Configured) => Promise<T>,
  ): Promise<T> {
    const { orgId } = which;
    const outcome = await acting(this.database, by, async (act) => {
      const { orm } = act;
      await lockCurrencies(orm, orgId);
      const before = await selectCurrencies(orm, { orgId });
      const changed = await change(act, byCode(before));
      if (forcing.force) return changed;
      const after = await selectCurrencies(orm, { orgId });
      await refuseToStrand(orm, which, { before: bookOf(before), after: bookOf(after) });
      return changed;
    });
    this.known.forget(orgId);
    return outcome;
  }

  private async configured(orgId: string): Promise<Configured> {
    return (
      (await this.known.get(orgId, () => retryingFor(this.database, orgId, () => this.load(orgId)))) ??
      new Map()
    );
  }

  private async load(orgId: string): Promise<Configured> {
    return byCode(await this.list(orgId));
  }
}

/** What is noted of a currency that was written. */
function writingOf(before: ConfiguredCurrency | undefined, after: ConfiguredCurrency) {
  const target = targetOf(after);
  if (before === undefined)
    return { verb: "currency.create", ...target, before: null, after: shown(shownOf(after)) } as const;
  return { verb: "currency.update", ...target, ...difference(shownOf(before), shownOf(after)) } as const;
}

function targetOf({ orgId, code }: CurrencyId) {
  return { orgId, target: `currencies/${code}` };
}

function shownOf({ orgId: _org, code: _code, ...currency }: ConfiguredCurrency) {
  return { ...currency };
}

function isWrittenAs(found: ConfiguredCurrency, currency: NewCurrency): boolean {
  return isDeepStrictEqual(rowOf(found), { ...rowOf(found), ...rowOf(currency) });
}

function byCode(configured: readonly ConfiguredCurrency[]): Configured {
  return new Map(configured.map((currency) => [currency.code, currency]));
}

function narrowed({ code, places }: ConfiguredCurrency): Currency {
  return { code, places, minorPlaces: currencyOf(code)?.minorPlaces ?? places };
}
