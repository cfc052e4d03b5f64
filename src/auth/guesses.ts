import { networkOf } from "../bounds/network.ts";
import { partOf } from "../bounds/part.ts";
import type { Summary } from "../bounds/summary.ts";
import { Refused } from "../domain/refusal.ts";
import { type Allowance, FailureBudget } from "./failure-budget.ts";
import { isUnguessable } from "./secret.ts";

/** Failures of one address, whatever id they name. */
const addressAllowance: Allowance = { failuresMax: 100, refillMs: 1_000, namesMax: 10_000 };
/** Failures of one id at one address. */
const idAllowance: Allowance = { failuresMax: 10, refillMs: 10_000, namesMax: 10_000 };

/** Tokens of one address whose signatures are wrong. Nobody guesses one; what they take is processor time. */
const tokenAllowance: Allowance = { failuresMax: 100, refillMs: 100, namesMax: 10_000 };

/** Where something comes from: an IP address. */
type At = Pick<Guess, "address">;

/** Who tries what. */
export interface Guess {
  /** Undefined where the secret alone was given. */
  readonly clientId: string | undefined;
  readonly secret: string;
  /** The caller's IP address. */
  readonly address: string;
}

/**
 * How often may a secret be wrong? Each address has a budget, and each id at each address. Past either the answer is to
 * wait, and what somebody could guess is not even looked at; an attacker that guesses elsewhere, or a secret that nobody
 * can guess, is no reason to keep anybody out.
 */
export class Guesses {
  private readonly ofAddresses: FailureBudget;
  private readonly ofIds: FailureBudget;
  private readonly ofTokens: FailureBudget;

  /** @param processes how many have equal parts of the budgets, as a guess reaches one of them */
  constructor(
    private readonly summary: Summary,
    processes: number,
    now: () => number = () => performance.now(),
  ) {
    this.ofAddresses = new FailureBudget(allowanceOfOne(addressAllowance, processes), now);
    this.ofIds = new FailureBudget(allowanceOfOne(idAllowance, processes), now);
    this.ofTokens = new FailureBudget(allowanceOfOne(tokenAllowance, processes), now);
  }

  /** Throws where the guess may not even be looked at for now. */
  admit(guess: Guess): void {
    if (isUnguessable(guess.secret)) return;
    const waitMs = this.waitMs(guess);
    if (waitMs > 0) throw this.refuse(guess, waitMs);
  }

  /** Counts a wrong secret; what to throw where there is no budget left. */
  spend(guess: Guess): Refused | undefined {
    const waitMs = this.waitMs(guess);
    const { address, idAtAddress } = namesOf(guess);
    this.ofAddresses.spend(address);
    if (idAtAddress !== undefined) this.ofIds.spend(idAtAddress);
    if (waitMs > 0) return this.refuse(guess, waitMs);
    this.note("failed", guess);
    return undefined;
  }

  /** Throws where no signature may be looked at for now. */
  admitToken({ address }: At): void {
    const waitMs = this.ofTokens.waitMs(networkOf(address));
    if (waitMs > 0) throw this.refuse({ address }, waitMs);
  }

  /** Counts a wrong signature; what to throw where there is no budget left. */
  spendToken({ address }: At): Refused | undefined {
    const waitMs = this.ofTokens.waitMs(networkOf(address));
    this.ofTokens.spend(networkOf(address));
    if (waitMs > 0) return this.refuse({ address }, waitMs);
    this.note("failed", { address });
    return undefined;
  }

  /** Counts for the log what is no guess of a secret. */
  note(kind: "failed" | "refused", { address }: At): void {
    this.summary.note(kind, { addresses: networkOf(address) });
  }

  private refuse(guess: At, waitMs: number): Refused {
    this.note("refused", guess);
    return new Refused({ reason: "TOO_MANY_FAILURES", retryAfterMs: Math.ceil(waitMs) });
  }

  private waitMs(guess: Guess): number {
    const { address, idAtAddress } = namesOf(guess);
    const ofId = idAtAddress === undefined ? 0 : this.ofIds.waitMs(idAtAddress);
    return Math.max(this.ofAddresses.waitMs(address), ofId);
  }
}

function allowanceOfOne({ failuresMax, refillMs, namesMax }: Allowance, processes: number): Allowance {
  return { failuresMax: partOf(failuresMax, processes), refillMs: refillMs * processes, namesMax };
}

/** What nobody can guess has budgets of its own: clients whose secrets are good no longer take nothing from others. */
function namesOf({ address, clientId, secret }: Guess): {
  address: string;
  idAtAddress: string | undefined;
} {
  const network = `${isUnguessable(secret) ? "stale" : "guessed"} ${networkOf(address)}`;
  return { address: network, idAtAddress: clientId === undefined ? undefined : `${network} ${clientId}` };
}
