import type { AccountState } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { minimumBalanceAt } from "../../domain/limit.ts";
import { limitOf } from "../books/account.ts";
import type { StoredLimit } from "../schema.ts";
import type { LockedAccount, LockedRow } from "./lock.ts";
import type { Surroundings } from "./surroundings.ts";

/** The state of a locked account at a moment, as a batch decides on it. */
export function accountState(
  { ref, row }: LockedAccount,
  { accountTerms, customers }: Pick<Surroundings, "accountTerms" | "customers">,
  at: Date,
): AccountState {
  const { owner, currency } = ref;
  const customer = "customerId" in owner ? customers.get(owner.customerId) : undefined;
  const terms = accountTerms.get(currency);
  const creditLimit = customer?.isPostpaid === true ? (row.creditLimit ?? terms?.creditLimit ?? null) : null;
  const captureOverdraft = row.captureOverdraft ?? terms?.captureOverdraft ?? null;
  return {
    id: row.id,
    key: ref.key,
    owner,
    currency,
    isNew: false,
    version: Number(row.version),
    sequence: Number(row.sequence),
    funded: Amount.of(row.funded),
    spent: Amount.of(row.spent),
    withdrawn: Amount.of(row.withdrawn),
    held: Amount.of(row.held),
    overdue: Amount.zero,
    dueAt: row.dueAt === null ? null : new Date(row.dueAt),
    newestAt: new Date(Math.round(row.newestAt * 1_000)),
    minimumBalance: "counter" in owner ? null : minimumBalance(row, creditLimit, at),
    customer: "counter" in owner ? null : (customer?.state ?? "active"),
    captureOverdraft: captureOverdraft === null ? null : Amount.of(captureOverdraft),
  };
}

function minimumBalance(row: LockedRow, creditLimit: string | null, at: Date): Amount {
  const temporaryLimits =
    row.temporaryLimits === null ? null : (JSON.parse(row.temporaryLimits) as readonly StoredLimit[]);
  return minimumBalanceAt(limitOf({ minimumBalance: row.minimumBalance, temporaryLimits, creditLimit }), at);
}
