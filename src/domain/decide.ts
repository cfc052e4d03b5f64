import type { AccountState } from "./account.ts";
import type { Operation } from "./asked-operation.ts";
import type { Command } from "./command.ts";
import { differingFields, differingRequests } from "./content.ts";
import { captureDue, capturesDue, expireNamed } from "./due-holds.ts";
import type { Hold } from "./hold.ts";
import { type LedgerState, LedgerView } from "./ledger-view.ts";
import { isNonEmpty } from "./non-empty.ts";
import { callersKey } from "./operation-id.ts";
import { perform } from "./perform/perform.ts";
import type { Receipt, Recorded } from "./recorded.ts";
import type { CommandRefusal } from "./refusal.ts";
import type { Known, RefusedOperation, Verdict } from "./verdict.ts";

/** The outcome of a batch: a verdict for each command, in order, and the rows to write. */
export interface Decision {
  readonly verdicts: readonly Verdict[];
  /** What was done, in order. */
  readonly done: readonly Recorded[];
  /** Accounts and holds that changed, as they are after the batch. */
  readonly accounts: readonly AccountState[];
  readonly holds: readonly Hold[];
  /** Ids of the holds that this decision noted as expired. */
  readonly expired: readonly string[];
}

/**
 * Decides a batch of commands in order. Pure. Each command sees what those before it did; a refused command changes nothing for
 * the others.
 */
export function decide(state: LedgerState, commands: readonly Command[]): Decision {
  const view = new LedgerView(state);
  const expired = expireNamed(view, state.holds.values());
  const done: Recorded[] = captureDue(view, capturesDue(state)).map(({ recorded }) => recorded);
  const verdicts = commands.map((command): Verdict => {
    if (command.operations.length === 1 && !command.dryRun) return doOne(view, command, done);
    const trial = tryCommand(view, command);
    if (isNonEmpty(trial.refused)) return { outcome: "refused", refused: trial.refused };
    if (!isNonEmpty(trial.receipts)) throw new Error("a command asked for nothing");
    if (!command.dryRun) {
      view.takeOver(trial.view);
      done.push(...trial.done);
    }
    return { outcome: "done", receipts: trial.receipts };
  });
  const accounts = [...view.accounts.changes().values()];
  return { verdicts, done, accounts, holds: [...view.holds.changes().values()], expired };
}

/** The verdict on a command of which everything is known already; undefined where something is new. */
export function replayOf(known: ReadonlyMap<string, Known>, command: Command): Verdict | undefined {
  if (!command.operations.every(({ id }) => known.has(id))) return undefined;
  const nothing = new Map();
  const state = {
    accounts: nothing,
    holds: nothing,
    dueCaptures: [],
    returned: nothing,
    newestCredits: nothing,
    known,
    currencies: { hasAny: false, usable: [], configured: nothing },
    at: new Date(0),
  };
  return decide(state, [command]).verdicts[0];
}

interface Trial {
  readonly view: LedgerView;
  readonly refused: RefusedOperation[];
  readonly receipts: Receipt[];
  readonly done: Recorded[];
}

/** Does a command of one operation. It needs no trial: a refused operation changes nothing. */
function doOne(view: LedgerView, command: Command, done: Recorded[]): Verdict {
  const tried = tryOperation(view, command, command.operations[0]);
  if ("reason" in tried) return { outcome: "refused", refused: [{ index: 0, refusal: tried }] };
  if (!tried.replay) done.push(tried.recorded);
  return { outcome: "done", receipts: [tried] };
}

/** Tries every operation of a command on a view of its own, so that a refusal names every operation that is refused. */
function tryCommand(below: LedgerView, command: Command): Trial {
  const trial: Trial = { view: new LedgerView(below), refused: [], receipts: [], done: [] };
  const asked = new Set<string>();
  command.operations.forEach((operation, index) => {
    const tried = asked.has(operation.id)
      ? repeated(trial, command, operation)
      : tryOperation(trial.view, command, operation);
    asked.add(operation.id);
    if ("reason" in tried) trial.refused.push({ index, refusal: tried });
    else {
      trial.receipts.push(tried);
      if (!tried.replay) trial.done.push(tried.recorded);
    }
  });
  if (command.skipKnown !== true) refuseMixture(trial, command);
  return trial;
}

function tryOperation(
  view: LedgerView,
  { orgId, by, isSuspended }: Command,
  operation: Operation,
): Receipt | CommandRefusal {
  const known = view.known.get(operation.id);
  if (known !== undefined) {
    const differing = differingFields(known.recorded, operation);
    if (differing.length > 0) return { reason: "KEY_CONFLICT", ...named(operation), differing };
    return { recorded: known.recorded, hold: known.hold, replay: true };
  }
  if (isSuspended === true) return { reason: "ORGANIZATION_DISABLED", orgId };
  const outcome = perform(view, operation, by);
  if ("reason" in outcome) return outcome;
  view.known.set(operation.id, outcome);
  return { recorded: outcome.recorded, hold: outcome.hold, replay: false };
}

/** Refuses an operation whose id occurs earlier in the same command. */
function repeated(trial: Trial, command: Command, operation: Operation): CommandRefusal {
  const first = command.operations.find(({ id }) => id === operation.id) ?? operation;
  const known = trial.view.known.get(operation.id);
  const differing =
    known === undefined ? differingRequests(first, operation) : differingFields(known.recorded, operation);
  if (differing.length > 0) return { reason: "KEY_CONFLICT", ...named(operation), differing };
  return { reason: "KEY_REUSED", ...named(operation) };
}

/** The id of an operation, and its key as the caller knows it. */
function named(operation: Operation): { readonly transferId: string; readonly key: string } {
  return { transferId: operation.id, key: callersKey(operation) };
}

/** Refuses the known operations of a command that has new ones, too. */
function refuseMixture(trial: Trial, command: Command): void {
  const replayed = new Set(trial.receipts.filter(({ replay }) => replay).map(({ recorded }) => recorded.id));
  if (replayed.size === 0 || replayed.size === command.operations.length) return;
  command.operations.forEach((operation, index) => {
    const isNamed = trial.refused.some((refused) => refused.index === index);
    if (replayed.has(operation.id) && !isNamed)
      trial.refused.push({ index, refusal: { reason: "KEY_REUSED", ...named(operation) } });
  });
  trial.refused.sort((a, b) => a.index - b.index);
}
