import { isDeepStrictEqual } from "node:util";
import { and, asc, count, eq, sql } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import { type Currency, currencyOf } from "../domain/currency.ts";
import type { Database } from "./driver/database.ts";
import { FreshCache } from "./driver/fresh-cache.ts";
import { type Attempt, creating, retrying } from "./retry.ts";
import { accounts, currencies } from "./schema.ts";

/** A currency that an organization has configured. */
export interface ConfiguredCurrency {
  readonly orgId: string;
  readonly code: string;
  readonly displayName: string;
  readonly description: string;
  readonly isVirtual: boolean;
  /** Places after the point that its amounts may have. */
  readonly places: number;
  readonly status: "active" | "inactive";
  /** What a postpaid customer without a limit of its own may owe. */
  readonly creditLimit: Amount;
  /** The least that a customer may add, where an interface asks for one. */
  readonly minimumTopUp: Amount;
}

type Configured = ReadonlyMap<string, ConfiguredCurrency>;

/** A currency as it is to be; a description that is left out is as it was. */
export type NewCurrency = Omit<ConfiguredCurrency, "description"> &
  Partial<Pick<ConfiguredCurrency, "description">>;

/** Currencies that one organization may configure. */
export const currenciesMax = 1_000;
/** What may be booked from now on may lag by this; how low a balance may go never does, for that is read under the lock. */
const freshness = { freshMs: 1_000, staleMs: 4_000, entriesMax: 10_000 };

/** The currencies of organizations. */
export class Currencies {
  private readonly known = new FreshCache<Configured>(freshness);

  constructor(private readonly database: Database) {}

  /** A currency that an organization may use now: one of those it has configured, or any where it has none. */
  async usable(orgId: string, code: string): Promise<Currency | undefined> {
    const configured = await this.known.get(orgId, () => retrying(() => this.load(orgId)));
    if (configured === undefined || configured.size === 0) return currencyOf(code);
    const currency = configured.get(code);
    return currency?.status === "active" ? narrowed(currency) : undefined;
  }

  /** A currency that an organization may use, or has made inactive: balances may be left in it. */
  async recognized(orgId: string, code: string, signal?: AbortSignal): Promise<Currency | undefined> {
    const usable = await this.usable(orgId, code);
    if (usable !== undefined) return usable;
    const configured = await this.find(orgId, code, signal);
    return configured && narrowed(configured);
  }

  /** Creates or replaces one. False where the organization has as many as it may. */
  async put(currency: NewCurrency, signal?: AbortSignal): Promise<boolean> {
    const { orgId } = currency;
    if (await this.isFull(currency, signal)) return false;
    const row = rowOf(currency);
    await this.database
      .orm(signal)
      .insert(currencies)
      .values(row)
      .onConflictDoUpdate({ target: [currencies.orgId, currencies.code], set: row });
    this.known.forget(orgId);
    return true;
  }

  /** Creates one; refused where the organization has it, or as many as it may. */
  async create(currency: NewCurrency, attempt: Attempt): Promise<"created" | "taken" | "too many"> {
    const { signal } = attempt;
    if (await this.isFull(currency, signal)) return "too many";
    const made = async () => {
      const found = await this.find(currency.orgId, currency.code, signal);
      return found && isDeepStrictEqual(rowOf(found), { ...rowOf(found), ...rowOf(currency) })
        ? ("created" as const)
        : undefined;
    };
    const create = async () => {
      const created = await this.database
        .orm(signal)
        .insert(currencies)
        .values(rowOf(currency))
        .onConflictDoNothing()
        .returning({ code: currencies.code });
      return created.length > 0 ? "created" : "taken";
    };
    const outcome = await creating({ create, made }, attempt);
    this.known.forget(currency.orgId);
    return outcome;
  }

  /** Changes what is given of one; undefined where there is none. */
  async update(
    which: { orgId: string; code: string },
    change: Partial<Omit<ConfiguredCurrency, "orgId" | "code">>,
    signal?: AbortSignal,
  ): Promise<ConfiguredCurrency | undefined> {
    const { creditLimit, minimumTopUp, ...columns } = change;
    const [row] = await this.database
      .orm(signal)
      .update(currencies)
      .set({
        ...columns,
        ...(creditLimit !== undefined && { creditLimit: creditLimit.toString() }),
        ...(minimumTopUp !== undefined && { minimumTopUp: minimumTopUp.toString() }),
      })
      .where(and(eq(currencies.orgId, which.orgId), eq(currencies.code, which.code)))
      .returning();
    this.known.forget(which.orgId);
    return row && configuredOf(row);
  }

  async find(orgId: string, code: string, signal?: AbortSignal): Promise<ConfiguredCurrency | undefined> {
    const isIt = and(eq(currencies.orgId, orgId), eq(currencies.code, code));
    const [row] = await this.database.orm(signal).select().from(currencies).where(isIt);
    return row && configuredOf(row);
  }

  /** In the order of their codes. */
  async list(orgId: string, signal?: AbortSignal): Promise<ConfiguredCurrency[]> {
    const rows = await this.database
      .orm(signal)
      .select()
      .from(currencies)
      .where(eq(currencies.orgId, orgId))
      .orderBy(asc(currencies.code))
      .limit(currenciesMax);
    return rows.map(configuredOf);
  }

  /** Deletes one that no account uses. */
  async delete(orgId: string, code: string, attempt: Attempt): Promise<"deleted" | "in use" | "none"> {
    const { signal, isRetry } = attempt;
    const orm = this.database.orm(signal);
    const isUsed = sql`exists (select from ${accounts} where ${accounts.orgId} = ${orgId} and ${accounts.currency} = ${code})`;
    const isIt = and(eq(currencies.orgId, orgId), eq(currencies.code, code));
    const deleted = await orm
      .delete(currencies)
      .where(and(isIt, sql`not ${isUsed}`))
      .returning();
    this.known.forget(orgId);
    if (deleted.length > 0) return "deleted";
    if ((await this.find(orgId, code, signal)) !== undefined) return "in use";
    return isRetry ? "deleted" : "none";
  }

  /** Whether the organization has as many other currencies as it may. */
  private async isFull(of: { orgId: string; code: string }, signal?: AbortSignal): Promise<boolean> {
    const [others] = await this.database
      .orm(signal)
      .select({ rows: count() })
      .from(currencies)
      .where(and(eq(currencies.orgId, of.orgId), sql`${currencies.code} <> ${of.code}`));
    return (others?.rows ?? 0) >= currenciesMax;
  }

  private async load(orgId: string): Promise<Configured> {
    return new Map((await this.list(orgId)).map((currency) => [currency.code, currency]));
  }
}

function narrowed({ code, places }: ConfiguredCurrency): Currency {
  return { code, places, minorPlaces: currencyOf(code)?.minorPlaces ?? places };
}

function rowOf(currency: NewCurrency): typeof currencies.$inferInsert {
  const { creditLimit, minimumTopUp } = currency;
  return { ...currency, creditLimit: creditLimit.toString(), minimumTopUp: minimumTopUp.toString() };
}

function configuredOf(row: typeof currencies.$inferSelect): ConfiguredCurrency {
  return { ...row, creditLimit: Amount.of(row.creditLimit), minimumTopUp: Amount.of(row.minimumTopUp) };
}
