import {
  type AccountRef,
  type AccountState,
  counterAccount,
  customerAccount,
  newAccount,
} from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { defaultCounters } from "../../domain/content.ts";
import { virtualCurrency } from "../../domain/currency.ts";
import { identityOf } from "../../domain/operation-id.ts";
import type { FrontierUsage } from "./reading/rows.ts";
import type { ImportedTransaction } from "./transactions.ts";
import { type BookingFacts, type GivenCharge, never } from "./writing/facts.ts";

/** The facts of rows as they would be, had everything before them been written. */
export function foreseen(
  facts: BookingFacts,
  of: {
    readonly orgId: string;
    readonly rows: readonly ImportedTransaction[];
    readonly accountsOut: ReadonlySet<string>;
    readonly usages: readonly FrontierUsage[];
  },
): BookingFacts {
  const customers = of.rows.map(({ customerId }) => customerId).filter((id) => !of.accountsOut.has(id));
  const coming = [
    ...[...new Set(customers)].map((id) => customerAccount(id, virtualCurrency)),
    ...[defaultCounters.credit, defaultCounters.charge].map((name) => counterAccount(name, virtualCurrency)),
  ];
  return {
    ...facts,
    accounts: new Map([...coming.map((ref) => [ref.key, emptyAccount(ref)] as const), ...facts.accounts]),
    charges: new Map([
      ...of.usages.map((usage) => [identityOf(of.orgId, usage.id).id, chargeOf(usage)] as const),
      ...facts.charges,
    ]),
  };
}

function chargeOf({ accountId, amount }: FrontierUsage): GivenCharge {
  return { customerId: accountId, amount: Amount.of(amount), returned: Amount.zero };
}

function emptyAccount(ref: AccountRef): AccountState {
  const terms = { minimumBalance: Amount.zero, customer: "active", captureOverdraft: null } as const;
  return newAccount(ref.key, ref, never, "counter" in ref.owner ? undefined : terms);
}
