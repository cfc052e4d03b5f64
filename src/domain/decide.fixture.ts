import { type AccountOwner, type AccountState, accountKey } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Decision, LedgerState } from "./decide.ts";
import type { Command, TransferDraft } from "./transfer.ts";

export const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
export const at = new Date("2026-01-02T03:04:05.678Z");

export function account(owner: AccountOwner, fields: Partial<AccountState> = {}): AccountState {
  const isCustomer = "customerId" in owner;
  return {
    id: `account of ${isCustomer ? owner.customerId : owner.role}`,
    owner,
    currency: "VC",
    version: 0,
    funded: Amount.zero,
    spent: Amount.zero,
    held: Amount.zero,
    minimumBalance: isCustomer ? Amount.zero : null,
    enabled: true,
    ...fields,
  };
}

/** A state with these accounts, and funding and revenue in each of their currencies. */
export function stateOf(...customers: AccountState[]): LedgerState {
  const currencies = new Set(["VC", ...customers.map(({ currency }) => currency)]);
  const counters = [...currencies].flatMap((currency) => [
    account({ role: "funding" }, { currency }),
    account({ role: "revenue" }, { currency }),
  ]);
  const accounts = [...customers, ...counters].map(
    (each) => [accountKey(each.owner, each.currency), each] as const,
  );
  return { accounts: new Map(accounts), known: new Map(), at };
}

/** What is true after a decision, as the next batch reads it. */
export function stateAfter(state: LedgerState, decision: Decision): LedgerState {
  const accounts = new Map(state.accounts);
  for (const each of decision.accounts) accounts.set(accountKey(each.owner, each.currency), each);
  const known = new Map(state.known);
  for (const booked of decision.booked) known.set(booked.transfer.id, booked);
  return { accounts, known, at: state.at };
}

type Wanted = Pick<TransferDraft, "id"> & Partial<TransferDraft> & { customerId?: string; amount: Amount };

function draft(fields: Wanted): TransferDraft {
  const { customerId = "c-1", ...rest } = fields;
  return {
    key: null,
    kind: "charge",
    currency: "VC",
    from: { customerId },
    to: { role: "revenue" },
    source: "",
    description: "",
    userId: "",
    metadata: {},
    ...rest,
  };
}

type Fields = Partial<TransferDraft> & { customerId?: string };

export function charge(id: string, amount: string, fields: Fields = {}): TransferDraft {
  return draft({ id, amount: Amount.of(amount), ...fields });
}

export function credit(id: string, amount: string, fields: Fields = {}): TransferDraft {
  const to = { customerId: fields.customerId ?? "c-1" };
  return draft({ id, amount: Amount.of(amount), kind: "credit", from: { role: "funding" }, to, ...fields });
}

export function command(first: TransferDraft, ...others: TransferDraft[]): Command {
  return { orgId, transfers: [first, ...others] };
}
