import { and, asc, eq, gt } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { currencies } from "../schema.ts";

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
  /** How far captures that may go into debt may go below the minimum balance; null: without a bound. */
  readonly captureOverdraft: Amount | null;
}

/** A currency as it is to be; what is left out is as it was. */
export type NewCurrency = Omit<ConfiguredCurrency, "description" | "captureOverdraft"> &
  Partial<Pick<ConfiguredCurrency, "description" | "captureOverdraft">>;

export type CurrencyChange = Partial<Omit<ConfiguredCurrency, "orgId" | "code">>;

export interface CurrencyId {
  readonly orgId: string;
  readonly code: string;
}

/** Currencies that one organization may configure. */
export const currenciesMax = 1_000;

/** In the order of their codes: all, or a page of them. */
export async function selectCurrencies(
  orm: Orm,
  { orgId, after, rowsMax = currenciesMax }: { orgId: string; after?: string | undefined; rowsMax?: number },
): Promise<ConfiguredCurrency[]> {
  const rows = await orm
    .select()
    .from(currencies)
    .where(and(eq(currencies.orgId, orgId), after === undefined ? undefined : gt(currencies.code, after)))
    .orderBy(asc(currencies.code))
    .limit(rowsMax);
  return rows.map(configuredOf);
}

export function isCurrency({ orgId, code }: CurrencyId) {
  return and(eq(currencies.orgId, orgId), eq(currencies.code, code));
}

/** The row of a currency as it is to be. */
export function rowOf(currency: NewCurrency): typeof currencies.$inferInsert {
  const { creditLimit, minimumTopUp, captureOverdraft, ...columns } = currency;
  return {
    ...columns,
    creditLimit: creditLimit.toString(),
    minimumTopUp: minimumTopUp.toString(),
    ...overdraftColumn(captureOverdraft),
  };
}

/** The columns of what is to change. */
export function changedColumns(change: CurrencyChange): Partial<typeof currencies.$inferInsert> {
  const { creditLimit, minimumTopUp, captureOverdraft, ...columns } = change;
  return {
    ...columns,
    ...(creditLimit !== undefined && { creditLimit: creditLimit.toString() }),
    ...(minimumTopUp !== undefined && { minimumTopUp: minimumTopUp.toString() }),
    ...overdraftColumn(captureOverdraft),
  };
}

function overdraftColumn(captureOverdraft: Amount | null | undefined) {
  return captureOverdraft === undefined ? {} : { captureOverdraft: captureOverdraft?.toString() ?? null };
}

export function configuredOf({
  createdBy: _createdBy,
  ...row
}: typeof currencies.$inferSelect): ConfiguredCurrency {
  return {
    ...row,
    creditLimit: Amount.of(row.creditLimit),
    minimumTopUp: Amount.of(row.minimumTopUp),
    captureOverdraft: row.captureOverdraft === null ? null : Amount.of(row.captureOverdraft),
  };
}
