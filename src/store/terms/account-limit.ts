import { and, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../domain/amount.ts";
import type { TemporaryLimit } from "../../domain/limit.ts";
import { type Account, readAccount, selectAccounts } from "../books/account.ts";
import { lockCustomer } from "../customers/customer-row.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts } from "../schema.ts";
import { writeChange } from "../settlement/change.ts";
import { momentWithin } from "../settlement/moment.ts";
import type { Act } from "../trail/act.ts";
import { difference, isNone } from "../trail/shown.ts";
import { shareCurrencies } from "./currency-lock.ts";

/** A customer's balance in one currency. */
export interface CustomerAccount {
  readonly orgId: string;
  readonly customerId: string;
  readonly currency: string;
}

/** What an account's row says of limits of its own. */
export type OwnLimits = Pick<
  typeof accounts.$inferSelect,
  "minimumBalance" | "temporaryLimits" | "ownCreditLimit" | "captureOverdraft"
>;

/** An account has one lasting limit of its own: the one that was set last, in whatever words. */
export const noLimits = { minimumBalance: null, temporaryLimits: null, ownCreditLimit: null } as const;

/**
 * Changes an account's own limits, in a transaction, under the lock that decisions take, so a change falls between two
 * of them. `change` answers what to write, or why nothing is, by the account's own limits and by the account as it stands.
 * It comes into being where there is none, and stays as it is where that is as it is to be; undefined where there is no such
 * customer.
 */
export async function changeLimits<R extends string>(
  { orm, isDistributed, by, note, lastly }: Act,
  which: CustomerAccount,
  change: (own: OwnLimits, at: Date, account: Account) => Partial<OwnLimits> | R,
): Promise<Account | R | undefined> {
  const { orgId, customerId } = which;
  // First, as whoever deletes it does: an account comes into being for a live customer only.
  if ((await lockCustomer(orm, { orgId, id: customerId }, "key share")) === undefined) return undefined;
  const { own, isNew } = await lockAccount(orm, which);
  // Whoever is bounded by a ceiling is told what it is by the statements behind.
  if (by.isBounded) await shareCurrencies(orm, orgId);
  const isIt = and(eq(accounts.orgId, orgId), eq(accounts.id, own.id));
  const moment = await momentWithin(orm, isDistributed);
  const read = async () => one((await selectAccounts(orm, orgId).where(isIt)).map(readAccount));
  const changed = change(own, moment.at, await read());
  if (typeof changed === "string") return changed;
  const shown = difference(isNew ? {} : limitsOf(own), limitsOf({ ...own, ...changed }));
  if (isNone(shown)) return read();
  const sequence = sql`${accounts.sequence} + 1`;
  one(
    await orm
      .update(accounts)
      .set({ ...changed, sequence })
      .where(isIt)
      .returning({ id: accounts.id }),
  );
  const after = await read();
  lastly(() => writeChange(orm, moment, { orgId, customerId, operations: [], limited: [own.id] }));
  const target = `customers/${customerId}/balances/${which.currency}`;
  note({ verb: "limit.set", orgId, target, ...shown });
  return after;
}

function limitsOf({ minimumBalance, temporaryLimits, ownCreditLimit, captureOverdraft }: OwnLimits) {
  return {
    minimumBalance: amountOf(minimumBalance),
    temporaryLimits,
    ownCreditLimit: amountOf(ownCreditLimit),
    captureOverdraft: amountOf(captureOverdraft),
  };
}

function amountOf(text: string | null): Amount | null {
  return text === null ? null : Amount.of(text);
}

/** Ends of limits as they are stored. */
export function storedLimits(limits: readonly TemporaryLimit[]): OwnLimits["temporaryLimits"] {
  if (limits.length === 0) return null;
  return limits.map(({ minimum, endsAt }) => ({
    minimum: minimum.toString(),
    ends_at: endsAt.toISOString(),
  }));
}

async function lockAccount(orm: Orm, { orgId, customerId, currency }: CustomerAccount) {
  const id = uuidv7();
  await orm.insert(accounts).values({ orgId, id, customerId, currency }).onConflictDoNothing();
  const isIt = and(
    eq(accounts.orgId, orgId),
    eq(accounts.customerId, customerId),
    eq(accounts.currency, currency),
  );
  const own = one(await orm.select().from(accounts).where(isIt).for("no key update"));
  return { own, isNew: own.id === id };
}

function one<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows, and not one`);
  return row;
}
