import { accountsOf, type ModelOperation, nameOf } from "./model-command.ts";

/** How low a balance may go, until then or for ever. */
export interface ModelLimit {
  readonly minimum: bigint;
  readonly endsAt: number | null;
}

export interface ModelAccount {
  funded: bigint;
  spent: bigint;
  withdrawn: bigint;
  version: number;
  /** The newest first. */
  limits: ModelLimit[];
}

export interface ModelHold {
  readonly customer: string;
  readonly currency: string;
  captured: bigint;
  remaining: bigint;
  state: "active" | "captured" | "released";
  expiresAt: number;
  readonly onExpiry: "release" | "capture";
}

/** A charge or a capture, or a credit, and what was given or taken back of it. */
export interface ModelOrigin {
  readonly customer: string;
  readonly currency: string;
  readonly amount: bigint;
  returned: bigint;
}

/** What was to be captured and is due is so in portions: as many before each command. */
const capturedMax = 200;

/** What there is, and what time alone makes of it. */
export class ModelBooks {
  readonly disabled = new Set<string>();
  /** Currencies in which nothing new may be booked. */
  readonly inactive = new Set<string>();
  /** How far captures may go into debt, by account; without one as far as they like. */
  readonly overdrafts = new Map<string, bigint>();
  accounts = new Map<string, ModelAccount>();
  holds = new Map<string, ModelHold>();
  charges = new Map<string, ModelOrigin>();
  credits = new Map<string, ModelOrigin>();
  private clock = 0;

  get now(): number {
    return this.clock;
  }

  advance(ms: number): void {
    this.clock += ms;
  }

  account(customer: string, currency: string): ModelAccount {
    const name = nameOf(customer, currency);
    const nothing = { funded: 0n, spent: 0n, withdrawn: 0n, version: 0, limits: [] };
    const known = this.accounts.get(name) ?? nothing;
    this.accounts.set(name, known);
    return known;
  }

  setLimit(customer: string, currency: string, limit: ModelLimit): void {
    this.account(customer, currency).limits.unshift(limit);
  }

  /** The newest limit that has not ended. */
  minimum(customer: string, currency: string): bigint {
    const { limits } = this.account(customer, currency);
    return limits.find(({ endsAt }) => endsAt === null || endsAt > this.now)?.minimum ?? 0n;
  }

  /** What expires is free at once; what is to be captured is so when it is. */
  held(customer: string, currency: string): bigint {
    let sum = 0n;
    for (const hold of this.holds.values()) {
      const isHeld = hold.state === "active" && (hold.onExpiry === "capture" || hold.expiresAt > this.now);
      if (isHeld && hold.customer === customer && hold.currency === currency) sum += hold.remaining;
    }
    return sum;
  }

  /** Captures what is due and says so, as is done for whoever reads. */
  settleAll(): void {
    for (const hold of this.due()) this.captureDue(hold);
  }

  /** The same on the accounts of some operations, the oldest that fit, and what they name. */
  protected settle(operations: readonly ModelOperation[]): void {
    const accounts = new Set(operations.flatMap(accountsOf));
    const named = new Set(operations.map((each) => ("hold" in each ? this.holds.get(each.hold) : undefined)));
    const due = this.due().filter(({ customer, currency }) => accounts.has(nameOf(customer, currency)));
    due.forEach((hold, place) => {
      if (place < capturedMax || named.has(hold)) this.captureDue(hold);
    });
  }

  private due(): ModelHold[] {
    return [...this.holds.values()]
      .filter(({ state, onExpiry }) => state === "active" && onExpiry === "capture")
      .filter(({ expiresAt }) => expiresAt <= this.now)
      .sort((one, other) => one.expiresAt - other.expiresAt);
  }

  private captureDue(hold: ModelHold): void {
    const account = this.account(hold.customer, hold.currency);
    account.spent += hold.remaining;
    account.version += 1;
    Object.assign(hold, { captured: hold.captured + hold.remaining, remaining: 0n, state: "captured" });
  }

  stateOf(hold: ModelHold): string {
    return hold.state === "active" && hold.expiresAt <= this.now ? "expired" : hold.state;
  }

  available(customer: string, currency: string): bigint {
    const balance = balanceOf(this.account(customer, currency));
    return balance - this.held(customer, currency) - this.minimum(customer, currency);
  }
}

export function balanceOf({ funded, spent, withdrawn }: ModelAccount): bigint {
  return funded - spent - withdrawn;
}
