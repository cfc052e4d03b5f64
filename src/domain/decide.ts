import { type AccountState, accountKey, availableOf, balanceOf } from "./account.ts";
import type { Amount } from "./amount.ts";
import { differingFields } from "./content.ts";
import { isNonEmpty } from "./non-empty.ts";
import type { CommandRefusal } from "./refusal.ts";
import type { Booked, Command, RefusedTransfer, TransferDraft, Verdict } from "./transfer.ts";

/** What is true before a batch, read under the locks that the batch holds. */
export interface LedgerState {
  /** Every account that the batch touches, by `accountKey`. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Of the batch's transfer ids those that are booked already. */
  readonly known: ReadonlyMap<string, Booked>;
  /** The moment of the batch, by the database's clock. */
  readonly at: Date;
}

/** What a batch comes to: a verdict a command, in order, and the rows to write. */
export interface Decision {
  readonly verdicts: readonly Verdict[];
  readonly booked: readonly Booked[];
  /** Accounts that changed, as they are after the batch. */
  readonly accounts: readonly AccountState[];
}

/**
 * Decides a batch of commands in order. Pure: what one command books, the next one sees; what it is refused changes
 * nothing for its neighbours.
 */
export function decide(state: LedgerState, commands: readonly Command[]): Decision {
  const accounts = new Map(state.accounts);
  const known = new Map(state.known);
  const changed = new Set<string>();
  const allBooked: Booked[] = [];

  const verdicts = commands.map((command): Verdict => {
    const trial = tryCommand({ accounts, known, at: state.at }, command);
    if (isNonEmpty(trial.refused)) return { outcome: "refused", refused: trial.refused };
    for (const [key, account] of trial.accounts) {
      accounts.set(key, account);
      changed.add(key);
    }
    for (const booked of trial.booked) known.set(booked.transfer.id, booked);
    allBooked.push(...trial.booked);
    const receipts = [
      ...trial.booked.map((booked) => ({ ...booked, replay: false })),
      ...trial.replayed.map((booked) => ({ ...booked, replay: true })),
    ];
    if (!isNonEmpty(receipts)) throw new Error("a command asked for nothing");
    return { outcome: "booked", receipts };
  });

  return { verdicts, booked: allBooked, accounts: [...changed].map((key) => accountAt(accounts, key)) };
}

interface Trial {
  readonly refused: RefusedTransfer[];
  readonly booked: Booked[];
  readonly replayed: Booked[];
  readonly accounts: Map<string, AccountState>;
}

/** Tries every transfer of a command, so that a refusal names all that stand in the way and not only the first. */
function tryCommand(state: LedgerState, command: Command): Trial {
  const trial: Trial = { refused: [], booked: [], replayed: [], accounts: new Map() };
  const own = new Map<string, TransferDraft>();
  const replayedAt: number[] = [];

  command.transfers.forEach((draft, index) => {
    const refuse = (refusal: CommandRefusal) => trial.refused.push({ index, refusal });
    const booked = state.known.get(draft.id);
    const earlier = booked?.transfer ?? own.get(draft.id);
    if (earlier !== undefined) {
      const differing = differingFields(earlier, draft);
      if (differing.length > 0) refuse({ reason: "KEY_CONFLICT", transferId: draft.id, differing });
      else if (booked === undefined) refuse({ reason: "KEY_REUSED", transferId: draft.id });
      else {
        trial.replayed.push(booked);
        replayedAt.push(index);
      }
      return;
    }
    own.set(draft.id, draft);
    const refusal = tryTransfer(state, trial, draft);
    if (refusal !== undefined) refuse(refusal);
  });

  const isMixed = trial.replayed.length > 0 && trial.replayed.length < command.transfers.length;
  if (isMixed) {
    for (const index of replayedAt) {
      const transferId = command.transfers[index]?.id ?? "";
      trial.refused.push({ index, refusal: { reason: "KEY_REUSED", transferId } });
    }
    trial.refused.sort((a, b) => a.index - b.index);
  }
  return trial;
}

function tryTransfer(state: LedgerState, trial: Trial, draft: TransferDraft): CommandRefusal | undefined {
  const fromKey = accountKey(draft.from, draft.currency);
  const toKey = accountKey(draft.to, draft.currency);
  const payer = trial.accounts.get(fromKey) ?? accountAt(state.accounts, fromKey);
  const payee = trial.accounts.get(toKey) ?? accountAt(state.accounts, toKey);

  const refusal = refusalOfPayment(payer, draft.amount);
  if (refusal !== undefined) return refusal;

  const payerAfter: AccountState = {
    ...payer,
    version: payer.version + 1,
    spent: payer.spent.plus(draft.amount),
  };
  const payeeAfter: AccountState = {
    ...payee,
    version: payee.version + 1,
    funded: payee.funded.plus(draft.amount),
  };
  if (![payerAfter, payeeAfter].every(isInRange))
    return { reason: "BALANCE_OUT_OF_RANGE", currency: draft.currency };

  trial.accounts.set(fromKey, payerAfter);
  trial.accounts.set(toKey, payeeAfter);
  trial.booked.push({
    transfer: { ...draft, createdAt: state.at },
    from: { account: payerAfter, amount: draft.amount.negated() },
    to: { account: payeeAfter, amount: draft.amount },
  });
  return undefined;
}

function refusalOfPayment(payer: AccountState, required: Amount): CommandRefusal | undefined {
  if (!("customerId" in payer.owner)) return undefined;
  const { customerId } = payer.owner;
  if (!payer.enabled) return { reason: "CUSTOMER_DISABLED", customerId };
  const available = availableOf(payer);
  if (available === null || payer.minimumBalance === null || !available.isLessThan(required))
    return undefined;
  const { currency, minimumBalance } = payer;
  return { reason: "INSUFFICIENT_FUNDS", customerId, currency, available, required, minimumBalance };
}

function isInRange(account: AccountState): boolean {
  return [account.funded, account.spent, balanceOf(account)].every((total) => total.isInRange());
}

function accountAt(accounts: ReadonlyMap<string, AccountState>, key: string): AccountState {
  const account = accounts.get(key);
  if (account === undefined) throw new Error(`account ${key} was not loaded with its batch`);
  return account;
}
