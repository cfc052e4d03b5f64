import { type AccountState, accountKey } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Change, Command, Operation, Receipt, RefusedOperation, Verdict } from "./command.ts";
import { contentOf, differingFields } from "./content.ts";
import { type Hold, isExpired } from "./hold.ts";
import { type LedgerState, LedgerView } from "./ledger-view.ts";
import { isNonEmpty } from "./non-empty.ts";
import { perform } from "./operations.ts";
import type { CommandRefusal } from "./refusal.ts";

/** An operation that is to be written, with what it did. */
export interface Done {
  readonly operation: Operation;
  readonly change: Change;
}

/** What a batch comes to: a verdict a command, in order, and the rows to write. */
export interface Decision {
  readonly verdicts: readonly Verdict[];
  readonly done: readonly Done[];
  /** Accounts and holds that changed, as they are after the batch. */
  readonly accounts: readonly AccountState[];
  readonly holds: readonly Hold[];
}

/**
 * Decides a batch of commands in order. Pure: what one command does, the next one sees; what it is refused changes
 * nothing for its neighbours.
 */
export function decide(state: LedgerState, commands: readonly Command[]): Decision {
  const view = new LedgerView(state);
  expireHolds(view, state.holds.values());
  const done: Done[] = [];
  const verdicts = commands.map((command): Verdict => {
    const trial = tryCommand(view, command);
    if (isNonEmpty(trial.refused)) return { outcome: "refused", refused: trial.refused };
    if (!isNonEmpty(trial.receipts)) throw new Error("a command asked for nothing");
    if (!command.dryRun) {
      if (trial.view !== view) view.takeOver(trial.view);
      done.push(...trial.done);
    }
    return { outcome: "done", receipts: trial.receipts };
  });
  const accounts = [...view.accounts.changes().values()];
  return { verdicts, done, accounts, holds: [...view.holds.changes().values()] };
}

/** What has expired holds nothing any more; that it is noted here too is bookkeeping. */
function expireHolds(view: LedgerView, holds: Iterable<Hold>): void {
  for (const hold of holds) {
    if (!isExpired(hold, view.at)) continue;
    const key = accountKey({ customerId: hold.customerId }, hold.currency);
    const account = view.account(key);
    view.accounts.set(key, { ...account, held: account.held.minus(hold.remaining) });
    view.holds.set(hold.id, { ...hold, remaining: Amount.zero, state: "expired" });
  }
}

interface Trial {
  readonly view: LedgerView;
  readonly refused: RefusedOperation[];
  readonly receipts: Receipt[];
  readonly done: Done[];
}

/** Tries every operation of a command, so that a refusal names all that stand in the way and not only the first. */
function tryCommand(below: LedgerView, command: Command): Trial {
  const trial: Trial = { view: viewFor(below, command), refused: [], receipts: [], done: [] };
  if (command.operations.length === 1) {
    const refusal = tryOperation(trial, below, command.operations[0]);
    if (refusal !== undefined) trial.refused.push({ index: 0, refusal });
    return trial;
  }
  const asked = new Set<string>();
  command.operations.forEach((operation, index) => {
    const refusal = asked.has(operation.id)
      ? repeated(trial, command, operation)
      : tryOperation(trial, below, operation);
    asked.add(operation.id);
    if (refusal !== undefined) trial.refused.push({ index, refusal });
  });
  refuseMixture(trial, command);
  return trial;
}

/** What may have to be undone goes on a view of its own. A refused operation changes nothing by itself. */
function viewFor(below: LedgerView, { operations, dryRun }: Command): LedgerView {
  return dryRun || operations.length > 1 ? new LedgerView(below) : below;
}

function tryOperation(trial: Trial, below: LedgerView, operation: Operation): CommandRefusal | undefined {
  const known = below.known.get(operation.id);
  if (known !== undefined) {
    const differing = differingFields(known.content(), contentOf(operation));
    if (differing.length > 0) return { reason: "KEY_CONFLICT", transferId: operation.id, differing };
    trial.receipts.push({ change: known.change, replay: true });
    return undefined;
  }
  const outcome = perform(trial.view, operation);
  if ("reason" in outcome) return outcome;
  trial.view.known.set(operation.id, { content: () => contentOf(operation), change: outcome });
  trial.receipts.push({ change: outcome, replay: false });
  trial.done.push({ operation, change: outcome });
  return undefined;
}

/** The same id twice in one command: asked for twice, or with two contents. */
function repeated(trial: Trial, command: Command, operation: Operation): CommandRefusal {
  const first = command.operations.find(({ id }) => id === operation.id) ?? operation;
  const known = trial.view.known.get(operation.id);
  const differing = differingFields(known?.content() ?? contentOf(first), contentOf(operation));
  return differing.length > 0
    ? { reason: "KEY_CONFLICT", transferId: operation.id, differing }
    : { reason: "KEY_REUSED", transferId: operation.id };
}

/** A command is new or a replay: where only some of its operations are known, it is neither. */
function refuseMixture(trial: Trial, command: Command): void {
  const replayed = new Set(trial.receipts.filter(({ replay }) => replay).map(({ change }) => change.id));
  if (replayed.size === 0 || replayed.size === command.operations.length) return;
  command.operations.forEach(({ id }, index) => {
    const isNamed = trial.refused.some((refused) => refused.index === index);
    if (replayed.has(id) && !isNamed)
      trial.refused.push({ index, refusal: { reason: "KEY_REUSED", transferId: id } });
  });
  trial.refused.sort((a, b) => a.index - b.index);
}
