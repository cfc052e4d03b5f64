/** Amounts are whole numbers of 10^-9, times are milliseconds. */
interface Keyed {
  readonly key: string;
  readonly customer: string;
  readonly currency: string;
}

export type ModelOperation = Keyed &
  (
    | {
        readonly type: "credit" | "charge" | "adjustment";
        readonly amount: bigint;
        /** Null: the kind's own. */
        readonly counter: string | null;
      }
    | { readonly type: "transfer"; readonly amount: bigint; readonly payee: string }
    | { readonly type: "refund"; readonly charge: string; readonly amount: bigint | null }
    | {
        readonly type: "reversal";
        readonly credit: string;
        readonly amount: bigint | null;
        readonly debt: "none" | "within overdraft" | "any";
      }
    | {
        readonly type: "hold";
        readonly amount: bigint;
        readonly least: bigint | null;
        readonly ttl: number;
        readonly onExpiry: "release" | "capture";
      }
    | {
        readonly type: "capture";
        readonly hold: string;
        readonly amount: bigint | null;
        readonly final: boolean;
        readonly overage: "reject" | "cap" | "allow_debt";
      }
    | { readonly type: "release"; readonly hold: string }
    | { readonly type: "extend"; readonly hold: string; readonly ttl: number }
  );

export interface ModelCommand {
  readonly operations: readonly ModelOperation[];
  readonly dryRun: boolean;
}

/** What a caller learns of one operation, but for ids and times. */
export interface ModelReceipt {
  readonly replay: boolean;
  readonly posted: bigint;
  readonly held: bigint;
  readonly account: {
    readonly funded: bigint;
    readonly spent: bigint;
    readonly withdrawn: bigint;
    readonly held: bigint;
    readonly minimum: bigint;
    readonly version: number;
  };
  readonly hold: { readonly state: string; readonly captured: bigint; readonly remaining: bigint } | null;
}

/** Why an operation is refused, with the amounts that its caller is told. */
export interface ModelRefusal {
  readonly index: number;
  readonly reason: string;
  readonly told: readonly (bigint | string)[];
}

export type ModelAnswer =
  | { readonly receipts: readonly ModelReceipt[] }
  | { readonly refusals: readonly ModelRefusal[] };

/** How low a balance may go, until then or for ever. */
export interface ModelLimit {
  readonly minimum: bigint;
  readonly endsAt: number | null;
}

interface ModelAccount {
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
interface ModelOrigin {
  readonly customer: string;
  readonly currency: string;
  readonly amount: bigint;
  returned: bigint;
}

type Why = Omit<ModelRefusal, "index">;
const because = (reason: string, ...told: (bigint | string)[]): Why => ({ reason, told });

/** What was to be captured and is due is so in portions: as many before each command. */
const capturedMax = 200;

/** The ledger as plainly as can be. */
export class ModelLedger {
  readonly disabled = new Set<string>();
  /** Currencies in which nothing new may be booked. */
  readonly inactive = new Set<string>();
  /** How far captures may go into debt, by account; without one as far as they like. */
  readonly overdrafts = new Map<string, bigint>();
  accounts = new Map<string, ModelAccount>();
  holds = new Map<string, ModelHold>();
  charges = new Map<string, ModelOrigin>();
  credits = new Map<string, ModelOrigin>();
  private done = new Map<string, { content: string; receipt: ModelReceipt }>();
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
  private settle(operations: readonly ModelOperation[]): void {
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

  submit({ operations, dryRun }: ModelCommand): ModelAnswer {
    if (!dryRun) this.settle(operations);
    const { accounts, holds, charges, credits, done } = this;
    const undo = () => Object.assign(this, { accounts, holds, charges, credits, done });
    this.accounts = structuredClone(accounts);
    this.holds = structuredClone(holds);
    this.charges = structuredClone(charges);
    this.credits = structuredClone(credits);
    this.done = new Map(done);
    if (dryRun) this.settle(operations);
    const refusals: ModelRefusal[] = [];
    const receipts: ModelReceipt[] = [];
    const earlier = new Map<string, string>();
    operations.forEach((operation, index) => {
      const content = contentOf(operation);
      const twin = done.get(operation.key)?.content ?? earlier.get(operation.key);
      const isRepeated = earlier.has(operation.key);
      earlier.set(operation.key, earlier.get(operation.key) ?? content);
      if (twin !== undefined && twin !== content) refusals.push({ index, ...because("KEY_CONFLICT") });
      else if (isRepeated) refusals.push({ index, ...because("KEY_REUSED") });
      else {
        const receipt = twin === undefined ? this.attempt(operation) : this.replay(operation.key);
        if ("reason" in receipt) refusals.push({ index, ...receipt });
        else receipts.push(receipt);
      }
    });
    const replays = operations.filter(({ key }) => done.has(key));
    if (replays.length > 0 && receipts.filter(({ replay }) => replay).length < operations.length) {
      operations.forEach(({ key }, index) => {
        const isNamed = refusals.some((refusal) => refusal.index === index);
        if (done.has(key) && !isNamed) refusals.push({ index, ...because("KEY_REUSED") });
      });
    }
    if (refusals.length === 0 && !dryRun) return { receipts };
    undo();
    return refusals.length === 0 ? { receipts } : { refusals: refusals.sort((a, b) => a.index - b.index) };
  }

  private replay(key: string): ModelReceipt {
    const known = this.done.get(key);
    if (known === undefined) throw new Error(`nothing was done by ${key}`);
    return { ...known.receipt, replay: true };
  }

  private attempt(operation: ModelOperation): ModelReceipt | Why {
    const { customer, currency, key } = operation;
    const account = this.account(customer, currency);
    const [balance, held] = [balanceOf(account), this.held(customer, currency)];
    const why = this.change(operation, account);
    if (why !== undefined) return why;
    const hold = this.holds.get("hold" in operation ? operation.hold : key);
    const heldNow = this.held(customer, currency);
    const { limits: _, ...totals } = account;
    const receipt = {
      replay: false,
      posted: balanceOf(account) - balance,
      held: heldNow - held,
      account: { ...totals, held: heldNow, minimum: this.minimum(customer, currency) },
      hold: hold ? { state: hold.state, captured: hold.captured, remaining: hold.remaining } : null,
    };
    this.done.set(key, { content: contentOf(operation), receipt });
    return receipt;
  }

  /** Changes the books, or says why not. */
  private change(operation: ModelOperation, account: ModelAccount): Why | undefined {
    const { customer, currency, key } = operation;
    switch (operation.type) {
      case "credit":
      case "charge":
      case "transfer":
      case "adjustment":
        return this.move(operation, account);
      case "refund":
      case "reversal":
        return this.giveBack(operation, account);
      case "hold": {
        const { amount, least, ttl, onExpiry } = operation;
        const available = this.available(customer, currency);
        const isShort = least !== null && available < amount;
        const taken = isShort && available >= least ? available : amount;
        const why =
          this.mayNotUse(currency, amount, balanceOf(account)) ??
          this.mayNotSpend(operation, isShort && taken === amount ? least : taken);
        if (why !== undefined) return why;
        const life = { state: "active", expiresAt: this.now + ttl, onExpiry } as const;
        this.holds.set(key, { customer, currency, captured: 0n, remaining: taken, ...life });
        return undefined;
      }
      default:
        return this.changeHold(operation, account);
    }
  }

  private move(
    operation: Extract<ModelOperation, { type: "credit" | "charge" | "transfer" | "adjustment" }>,
    account: ModelAccount,
  ): Why | undefined {
    const { type, customer, currency, key } = operation;
    const isPaying =
      type === "charge" || type === "transfer" || (type === "adjustment" && operation.amount < 0n);
    const amount = operation.amount < 0n ? -operation.amount : operation.amount;
    if (isPaying && this.disabled.has(customer)) return because("CUSTOMER_DISABLED");
    const payable = isPaying && type !== "transfer" ? balanceOf(account) : undefined;
    const why =
      this.mayNotUse(currency, amount, payable) ??
      (isPaying && amount > 0n ? this.mayNotSpend(operation, amount) : undefined);
    if (why !== undefined || amount === 0n) return why;
    account.version += 1;
    const origin = { customer, currency, amount, returned: 0n };
    if (type === "credit") {
      account.funded += amount;
      this.credits.set(key, origin);
      return undefined;
    }
    account.spent += isPaying ? amount : -amount;
    if (type === "charge") this.charges.set(key, origin);
    if (type === "transfer") {
      const payee = this.account(operation.payee, currency);
      payee.funded += amount;
      payee.version += 1;
    }
    return undefined;
  }

  private giveBack(
    operation: Extract<ModelOperation, { type: "refund" | "reversal" }>,
    account: ModelAccount,
  ): Why | undefined {
    const isRefund = operation.type === "refund";
    const origin = isRefund ? this.charges.get(operation.charge) : this.credits.get(operation.credit);
    if (origin === undefined) throw new Error("there is nothing to give back");
    const left = origin.amount - origin.returned;
    const amount = operation.amount ?? left;
    if (amount <= 0n || amount > left)
      return because(isRefund ? "REFUND_TOO_LARGE" : "REVERSAL_TOO_LARGE", left, amount);
    if (!isRefund && operation.debt !== "any") {
      const { customer, currency, debt } = operation;
      const overdraft = debt === "none" ? 0n : (this.overdrafts.get(nameOf(customer, currency)) ?? 0n);
      const available = this.available(customer, currency);
      if (available + overdraft < amount)
        return because("INSUFFICIENT_FUNDS", available, amount, this.minimum(customer, currency));
    }
    origin.returned += amount;
    account[isRefund ? "spent" : "withdrawn"] += isRefund ? -amount : amount;
    account.version += 1;
    return undefined;
  }

  private changeHold(
    operation: Extract<ModelOperation, { hold: string }>,
    account: ModelAccount,
  ): Why | undefined {
    const hold = this.holds.get(operation.hold);
    if (hold === undefined) throw new Error(`no hold ${operation.hold}`);
    const state = this.stateOf(hold);
    const isLate =
      operation.type === "capture" && operation.overage === "allow_debt" && (operation.amount ?? 0n) > 0n;
    if (state !== "active" && !(isLate && state === "expired")) return because("HOLD_NOT_ACTIVE", state);
    if (operation.type === "extend") hold.expiresAt = this.now + operation.ttl;
    if (operation.type === "release") Object.assign(hold, { state: "released", remaining: 0n });
    if (operation.type !== "capture") return undefined;
    const { customer, currency } = hold;
    const remaining = state === "active" ? hold.remaining : 0n;
    const asked = operation.amount ?? remaining;
    if (asked > remaining && operation.overage === "reject")
      return because("HOLD_EXCEEDED", remaining, asked);
    const taken = asked <= remaining ? asked : this.overage(operation, { hold, remaining, asked });
    if (taken === 0n && asked > 0n)
      return because(
        "INSUFFICIENT_FUNDS",
        this.available(customer, currency),
        asked,
        this.minimum(customer, currency),
      );
    hold.captured += taken;
    hold.remaining = operation.final || taken >= remaining ? 0n : remaining - taken;
    if (hold.remaining === 0n) hold.state = hold.captured > 0n ? "captured" : "released";
    if (taken === 0n) return undefined;
    account.spent += taken;
    account.version += 1;
    this.charges.set(operation.key, { customer, currency, amount: taken, returned: 0n });
    return undefined;
  }

  /** What is taken where more is asked for than remains. */
  private overage(
    { overage }: { readonly overage: string },
    { hold, remaining, asked }: { hold: ModelHold; remaining: bigint; asked: bigint },
  ): bigint {
    if (overage === "cap") return remaining;
    const overdraft = this.overdrafts.get(nameOf(hold.customer, hold.currency));
    if (overdraft === undefined) return asked;
    const most = this.available(hold.customer, hold.currency) + remaining + overdraft;
    if (asked <= most) return asked;
    return most > remaining ? most : remaining;
  }

  private available(customer: string, currency: string): bigint {
    const balance = balanceOf(this.account(customer, currency));
    return balance - this.held(customer, currency) - this.minimum(customer, currency);
  }

  private mayNotSpend({ customer, currency }: ModelOperation, amount: bigint): Why | undefined {
    if (this.disabled.has(customer)) return because("CUSTOMER_DISABLED");
    const available = this.available(customer, currency);
    if (available >= amount) return undefined;
    return because("INSUFFICIENT_FUNDS", available, amount, this.minimum(customer, currency));
  }

  /** What is there can always leave: `payable` is the whole balance of who pays. */
  private mayNotUse(currency: string, amount: bigint, payable?: bigint): Why | undefined {
    const isLeaving = amount > 0n && amount === payable;
    return this.inactive.has(currency) && !isLeaving ? because("CURRENCY_NOT_USABLE") : undefined;
  }
}

/** Whose accounts an operation is about. */
export function accountsOf(operation: ModelOperation): string[] {
  const { customer, currency } = operation;
  const own = nameOf(customer, currency);
  return "payee" in operation ? [own, nameOf(operation.payee, currency)] : [own];
}

function nameOf(customer: string, currency: string): string {
  return `${customer}/${currency}`;
}

function balanceOf({ funded, spent, withdrawn }: ModelAccount): bigint {
  return funded - spent - withdrawn;
}

function contentOf(operation: ModelOperation): string {
  return JSON.stringify(operation, (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
}
