import {
  type AccountOwner,
  type AccountState,
  accountOf,
  counterAccount,
  customerAccount,
  newAccount,
} from "./account.ts";
import { Amount } from "./amount.ts";
import type { HeldOn, Operation, Origin } from "./asked-operation.ts";
import type { Command } from "./command.ts";
import { defaultCounters } from "./content.ts";
import type { CustomerRef } from "./customer-name.ts";
import type { LedgerState } from "./ledger-view.ts";
import type { OperationOf } from "./perform/outcome.ts";
import type { Recorded } from "./recorded.ts";

export const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
export const at = new Date("2026-01-02T03:04:05.678Z");
export const asker = { actor: "client", requestId: "request", isBounded: false };

const words = { key: null, source: "", description: "", userId: "", metadata: {} };
const [customerId, currency] = ["c-1", "VC"];

/** A moment so many milliseconds after `at`. */
export function momentAfter(ms: number): Date {
  return new Date(at.getTime() + ms);
}

export function account(owner: AccountOwner, fields: Partial<AccountState> = {}): AccountState {
  const ref = accountOf(owner, fields.currency ?? currency);
  const terms = { minimumBalance: Amount.zero, customer: "active", captureOverdraft: null } as const;
  return {
    ...newAccount(`account ${ref.key}`, ref, at, "customerId" in owner ? terms : undefined),
    isNew: false,
    sequence: fields.version ?? 0,
    ...fields,
  };
}

/** The account of the customer that operations are about where they name no other. */
export function customer(balance: string, fields: Partial<AccountState> = {}): AccountState {
  return account({ customerId }, { version: 1, funded: Amount.of(balance), ...fields });
}

/** A state with these accounts, and the counter-accounts in each of their currencies. */
export function stateOf(...customers: AccountState[]): LedgerState {
  const currencies = new Set(["VC", ...customers.map((each) => each.currency)]);
  const counters = [...currencies].flatMap((code) =>
    ["funding", "revenue", "adjustments"].map((counter) => account({ counter }, { currency: code })),
  );
  return {
    accounts: new Map([...customers, ...counters].map((each) => [each.key, each])),
    holds: new Map(),
    dueCaptures: [],
    returned: new Map(),
    newestCredits: new Map(),
    known: new Map(),
    currencies: { hasAny: false, usable: [], configured: new Map() },
    at,
  };
}

/** The same with other facts about the account of the customer. */
export function withCustomer(state: LedgerState, fields: Partial<AccountState>): LedgerState {
  const { key } = customerAccount(customerId, currency);
  const known = state.accounts.get(key);
  if (known === undefined) throw new Error(`there is no ${key}`);
  return { ...state, accounts: new Map(state.accounts).set(key, { ...known, ...fields }) };
}

/** A customer that a request named by id. */
export function named(id: string): CustomerRef {
  return { text: id, id, everNamed: [id] };
}

type Transfer = OperationOf<"transfer">;
type TransferFields = Partial<Transfer> & { readonly customerId?: string; readonly counter?: string };

export function charge(id: string, amount: string, fields: TransferFields = {}): Transfer {
  return transfer("charge", id, { amount: Amount.of(amount), isPaying: true, ...fields });
}

export function credit(id: string, amount: string, fields: TransferFields = {}): Transfer {
  return transfer("credit", id, { amount: Amount.of(amount), isPaying: false, ...fields });
}

/** Signed: below zero the customer pays. */
export function adjustment(id: string, amount: string, fields: TransferFields = {}): Transfer {
  const signed = Amount.of(amount);
  const isPaying = signed.isNegative();
  return transfer("adjustment", id, { amount: isPaying ? signed.negated() : signed, isPaying, ...fields });
}

/** Between two customers. */
export function transferTo(id: string, payee: string, amount: string, fields: TransferFields = {}): Transfer {
  const other = { customer: named(payee) };
  return transfer("transfer", id, { amount: Amount.of(amount), isPaying: true, other, ...fields });
}

function transfer(
  kind: Transfer["kind"],
  id: string,
  fields: TransferFields & Pick<Transfer, "amount" | "isPaying">,
): Transfer {
  const { customerId: own = customerId, counter, ...rest } = fields;
  const code = fields.currency ?? currency;
  const name = counter ?? (kind === "transfer" ? "" : defaultCounters[kind]);
  const other = rest.other ?? { counter: name };
  const opposite =
    "counter" in other ? counterAccount(other.counter, code) : customerAccount(other.customer.text, code);
  const sides = { customer: named(own), own: customerAccount(own, code), other, opposite };
  return { type: "transfer", id, kind, currency: code, ...words, ...sides, ...rest };
}

/** Of a charge or a capture that the state knows. */
export function refund(
  state: LedgerState,
  id: string,
  refundOf: string,
  fields: Partial<OperationOf<"refund">> = {},
): OperationOf<"refund"> {
  const origin = originOf(state.known.get(refundOf)?.recorded);
  return { type: "refund", id, refundOf, amount: null, origin, ...words, ...fields };
}

/** Of a credit that the state knows. */
export function reversal(
  state: LedgerState,
  id: string,
  reversalOf: string,
  fields: Partial<OperationOf<"reversal">> = {},
): OperationOf<"reversal"> {
  const origin = originOf(state.known.get(reversalOf)?.recorded);
  return { type: "reversal", id, reversalOf, amount: null, debt: "none", origin, ...words, ...fields };
}

/** The sides of what is given or taken back. */
export function originOf(recorded: Recorded | undefined): Origin | undefined {
  if (recorded === undefined) return undefined;
  const owners = [recorded.from, recorded.to].flatMap((side) => (side === null ? [] : [side.account.owner]));
  const [own, other] = ["customerId", "counter"].map((name) => owners.find((owner) => name in owner));
  if (own === undefined) return undefined;
  return {
    recorded,
    customer: accountOf(own, recorded.currency),
    counter: accountOf(other ?? { counter: "revenue" }, recorded.currency),
  };
}

type HoldFields = Partial<OperationOf<"hold">> & { readonly customerId?: string };

/** For a minute. */
export function hold(id: string, amount: string, fields: HoldFields = {}): OperationOf<"hold"> {
  const { customerId: own = customerId, ...rest } = fields;
  const code = fields.currency ?? currency;
  return {
    type: "hold",
    id,
    customer: named(own),
    own: customerAccount(own, code),
    amount: Amount.of(amount),
    minimumAmount: null,
    currency: code,
    ttlMs: 60_000,
    onExpiry: "release",
    ...words,
    ...rest,
  };
}

export function capture(
  id: string,
  holdId: string,
  fields: Partial<OperationOf<"capture">> = {},
): OperationOf<"capture"> {
  const how = { amount: null, final: false, overage: "reject" } as const;
  return { type: "capture", ...onHold(id, holdId), ...how, description: "", metadata: {}, ...fields };
}

export function release(id: string, holdId: string): OperationOf<"release"> {
  return { type: "release", ...onHold(id, holdId) };
}

export function extend(id: string, holdId: string, ttlMs: number): OperationOf<"extend"> {
  return { type: "extend", ...onHold(id, holdId), ttlMs };
}

function onHold(id: string, holdId: string) {
  const on: HeldOn = {
    account: customerAccount(customerId, currency),
    counter: counterAccount("revenue", currency),
  };
  return { id, key: null, holdId, on };
}

export function command(first: Operation, ...others: Operation[]): Command {
  return { orgId, operations: [first, ...others], dryRun: false, by: asker };
}
