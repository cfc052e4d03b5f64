import { type AccountOwner, type AccountState, accountKey } from "./account.ts";
import { Amount } from "./amount.ts";
import type {
  CaptureOperation,
  Command,
  ExtendOperation,
  HoldOperation,
  Operation,
  RefundOperation,
  ReleaseOperation,
  TransferOperation,
} from "./command.ts";
import { contentOf } from "./content.ts";
import type { Decision } from "./decide.ts";
import type { LedgerState, Refundable } from "./ledger-view.ts";

export const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
export const at = new Date("2026-01-02T03:04:05.678Z");

const words = { key: null, source: "", description: "", userId: "", metadata: {} };
const [customerId, currency] = ["c-1", "VC"];

/** A moment so many milliseconds after `at`. */
export function momentAfter(ms: number): Date {
  return new Date(at.getTime() + ms);
}

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
    holdsExpireAt: null,
    minimumBalance: isCustomer ? Amount.zero : null,
    enabled: true,
    ...fields,
  };
}

/** The account of the customer that operations are about where they name no other. */
export function customer(balance: string, fields: Partial<AccountState> = {}): AccountState {
  return account({ customerId }, { version: 1, funded: Amount.of(balance), ...fields });
}

/** A state with these accounts, and the counter-accounts in each of their currencies. */
export function stateOf(...customers: AccountState[]): LedgerState {
  const currencies = new Set(["VC", ...customers.map(({ currency }) => currency)]);
  const counters = [...currencies].flatMap((currency) =>
    ["funding", "revenue", "adjustments"].map((role) => account({ role }, { currency })),
  );
  const accounts = [...customers, ...counters].map(
    (each) => [accountKey(each.owner, each.currency), each] as const,
  );
  return { accounts: new Map(accounts), holds: new Map(), refundables: new Map(), known: new Map(), at };
}

/** What is true after a decision, as a batch at a later moment reads it. */
export function stateAfter(state: LedgerState, decision: Decision, later: Date = state.at): LedgerState {
  const accounts = new Map(state.accounts);
  for (const each of decision.accounts) accounts.set(accountKey(each.owner, each.currency), each);
  const holds = new Map(state.holds);
  for (const hold of decision.holds) holds.set(hold.id, hold);
  const known = new Map(state.known);
  const refundables = new Map<string, Refundable>(state.refundables);
  for (const { operation, change } of decision.done) {
    known.set(change.id, { content: () => contentOf(operation), change });
    const transfer = change.booked?.transfer;
    if (transfer === undefined) continue;
    if (transfer.kind === "charge" || transfer.kind === "capture") {
      refundables.set(transfer.id, { transfer, refunded: Amount.zero });
    }
    const charge = refundables.get(transfer.refundOf ?? "");
    if (charge === undefined) continue;
    refundables.set(charge.transfer.id, { ...charge, refunded: charge.refunded.plus(transfer.amount) });
  }
  return { accounts, holds, refundables, known, at: later };
}

type TransferFields = Partial<TransferOperation> & { readonly customerId?: string };

export function charge(id: string, amount: string, fields: TransferFields = {}): TransferOperation {
  return transfer("charge", id, { amount: Amount.of(amount), to: { role: "revenue" }, ...fields });
}

export function credit(id: string, amount: string, fields: TransferFields = {}): TransferOperation {
  const to = { customerId: fields.customerId ?? customerId };
  return transfer("credit", id, { amount: Amount.of(amount), from: { role: "funding" }, to, ...fields });
}

/** Signed: below zero the customer pays. */
export function adjustment(id: string, amount: string, fields: TransferFields = {}): TransferOperation {
  const own = { customerId: fields.customerId ?? customerId };
  const [signed, other] = [Amount.of(amount), { role: "adjustments" }];
  return transfer("adjustment", id, {
    amount: signed.isNegative() ? signed.negated() : signed,
    ...(signed.isNegative() ? { from: own, to: other } : { from: other, to: own }),
    ...fields,
  });
}

/** Between two customers. */
export function transferTo(id: string, payee: string, amount: string): TransferOperation {
  return transfer("transfer", id, { amount: Amount.of(amount), to: { customerId: payee } });
}

function transfer(
  kind: TransferOperation["kind"],
  id: string,
  fields: TransferFields & Pick<TransferOperation, "amount" | "to">,
): TransferOperation {
  const { customerId: payer = customerId, ...rest } = fields;
  return { type: "transfer", id, kind, currency, from: { customerId: payer }, ...words, ...rest };
}

export function refund(id: string, refundOf: string, fields: Partial<RefundOperation> = {}): RefundOperation {
  const facts = { type: "refund", id, refundOf, amount: null, customerId, counterRole: "revenue" } as const;
  return { ...facts, currency, ...words, ...fields };
}

/** For a minute. */
export function hold(id: string, amount: string, fields: Partial<HoldOperation> = {}): HoldOperation {
  return {
    type: "hold",
    id,
    customerId,
    amount: Amount.of(amount),
    currency,
    ttlMs: 60_000,
    ...words,
    ...fields,
  };
}

export function capture(
  id: string,
  holdId: string,
  fields: Partial<CaptureOperation> = {},
): CaptureOperation {
  const how = { amount: null, final: false, overage: "reject" } as const;
  return { type: "capture", ...onHold(id, holdId), ...how, description: "", metadata: {}, ...fields };
}

export function release(id: string, holdId: string): ReleaseOperation {
  return { type: "release", ...onHold(id, holdId) };
}

export function extend(id: string, holdId: string, ttlMs: number): ExtendOperation {
  return { type: "extend", ...onHold(id, holdId), ttlMs };
}

function onHold(id: string, holdId: string) {
  return { id, key: null, holdId, customerId, currency };
}

export function command(first: Operation, ...others: Operation[]): Command {
  return { orgId, operations: [first, ...others], dryRun: false };
}
