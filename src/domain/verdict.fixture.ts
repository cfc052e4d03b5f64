import { availableOf, balanceOf, customerAccount } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import type { Command } from "./command.ts";
import { command } from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import type { LedgerState } from "./ledger-view.ts";
import { customerSide, type Receipt, type Recorded } from "./recorded.ts";
import type { RefusalReason } from "./refusal.ts";
import { stateAfter } from "./state.fixture.ts";
import type { Verdict } from "./verdict.ts";

/** The verdict on one command alone. */
export function verdictOf(state: LedgerState, asked: Command): Verdict {
  const { verdicts } = decide(state, [asked]);
  if (verdicts[0] === undefined) throw new Error("no verdict");
  return verdicts[0];
}

/** Which operations of a command are refused, and why. */
export function refusals(verdict: Verdict | undefined): (readonly [number, RefusalReason])[] {
  if (verdict?.outcome !== "refused") return [];
  return verdict.refused.map(({ index, refusal }) => [index, refusal.reason] as const);
}

/** Why an operation alone is refused; undefined where it is done. */
export function refusalOf(state: LedgerState, operation: Operation) {
  const verdict = verdictOf(state, command(operation));
  return verdict.outcome === "refused" ? verdict.refused[0].refusal : undefined;
}

/** A state in which these operations were decided one after the other, none of them refused, at its moment. */
export function stateWith(start: LedgerState, ...operations: Operation[]): LedgerState {
  return operations.reduce((state, operation) => {
    const decision = decide(state, [command(operation)]);
    expect(decision.verdicts.flatMap(refusals)).toEqual([]);
    return stateAfter(state, decision);
  }, start);
}

/** The one receipt of an operation that is done. */
export function receiptOf(state: LedgerState, operation: Operation): Receipt {
  const verdict = verdictOf(state, command(operation));
  if (verdict.outcome === "refused") throw new Error(`refused: ${JSON.stringify(verdict.refused)}`);
  return verdict.receipts[0];
}

/** What the journal keeps of an operation that is done. */
export function recordedOf(state: LedgerState, operation: Operation): Recorded {
  return receiptOf(state, operation).recorded;
}

/** posted, held and available of the customer's account in a state. */
export function moneyOf(state: LedgerState, customerId = "c-1", currency = "VC") {
  const { key } = customerAccount(customerId, currency);
  const of = state.accounts.get(key);
  if (of === undefined) throw new Error(`no account ${key}`);
  return { posted: String(balanceOf(of)), held: String(of.held), available: String(availableOf(of)) };
}

/** By how much the customer's balance changed. */
export function postedChange(recorded: Recorded): Amount {
  const { from, to, amount } = recorded;
  if (to === null) return Amount.zero;
  return customerSide(recorded) === from ? amount.negated() : amount;
}
