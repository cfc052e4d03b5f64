import type { VerifyLedgerResponse, Violation } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Failure } from "../../api/failure.ts";

/** How far a verification has come, organization by organization. */
export interface Progress {
  readonly checked: number;
  readonly accounts: bigint;
  readonly entries: bigint;
  readonly violationCount: bigint;
  /** The first of them. */
  readonly violations: readonly Violation[];
  /** Of which it is not known, by name. */
  readonly unknown: readonly { readonly name: string; readonly failure: Failure }[];
}

export const nothingChecked: Progress = {
  ...{ checked: 0, accounts: 0n, entries: 0n, violationCount: 0n },
  violations: [],
  unknown: [],
};

/** Violations, and organizations that could not be checked, that are listed. */
export const listedMax = 200;

export function withChecked(progress: Progress, answer: VerifyLedgerResponse): Progress {
  return {
    ...progress,
    checked: progress.checked + 1,
    accounts: progress.accounts + answer.accounts,
    entries: progress.entries + answer.entries,
    violationCount: progress.violationCount + answer.violationCount,
    violations: [...progress.violations, ...answer.violations].slice(0, listedMax),
  };
}

export function withUnknown(progress: Progress, name: string, failure: Failure): Progress {
  return { ...progress, unknown: [...progress.unknown, { name, failure }].slice(0, listedMax) };
}
