/** Amounts are whole numbers of 10^-9, times are milliseconds. */
interface Keyed {
  readonly key: string;
  readonly customer: string;
  readonly currency: string;
}

export type ModelOperation = Keyed &
  (
    | { readonly type: "credit" | "charge" | "adjustment"; readonly amount: bigint }
    | { readonly type: "transfer"; readonly amount: bigint; readonly payee: string }
    | { readonly type: "refund"; readonly charge: string; readonly amount: bigint | null }
    | { readonly type: "hold"; readonly amount: bigint; readonly ttl: number }
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

interface ModelAccount {
  funded: bigint;
  spent: bigint;
  minimum: bigint;
  version: number;
}

export interface ModelHold {
  readonly customer: string;
  readonly currency: string;
  captured: bigint;
  remaining: bigint;
  state: "active" | "captured" | "released";
  expiresAt: number;
}

interface ModelCharge {
  readonly customer: string;
  readonly currency: string;
  readonly amount: bigint;
  refunded: bigint;
}

type Why = Omit<ModelRefusal, "index">;
const because = (reason: string, ...told: (bigint | string)[]): Why => ({ reason, told });

/** The ledger as plainly as can be. */
export class ModelLedger {
  now = 0;
  readonly disabled = new Set<string>();
  accounts = new Map<string, ModelAccount>();
  holds = new Map<string, ModelHold>();
  charges = new Map<string, ModelCharge>();
  private done = new Map<string, { content: string; receipt: ModelReceipt }>();

  account(customer: string, currency: string): ModelAccount {
    const name = `${customer}/${currency}`;
    const known = this.accounts.get(name) ?? { funded: 0n, spent: 0n, minimum: 0n, version: 0 };
    this.accounts.set(name, known);
    return known;
  }

  held(customer: string, currency: string): bigint {
    let sum = 0n;
    for (const hold of this.holds.values()) {
      if (hold.customer === customer && hold.currency === currency && this.stateOf(hold) === "active")
        sum += hold.remaining;
    }
    return sum;
  }

  stateOf(hold: ModelHold): string {
    return hold.state === "active" && hold.expiresAt <= this.now ? "expired" : hold.state;
  }

  submit({ operations, dryRun }: ModelCommand): ModelAnswer {
    const { accounts, holds, charges, done } = this;
    const undo = () => Object.assign(this, { accounts, holds, charges, done });
    this.accounts = structuredClone(accounts);
    this.holds = structuredClone(holds);
    this.charges = structuredClone(charges);
    this.done = new Map(done);
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
    const [balance, held] = [account.funded - account.spent, this.held(customer, currency)];
    const why = this.change(operation, account);
    if (why !== undefined) return why;
    const hold = this.holds.get("hold" in operation ? operation.hold : key);
    const heldNow = this.held(customer, currency);
    const receipt = {
      replay: false,
      posted: account.funded - account.spent - balance,
      held: heldNow - held,
      account: { ...account, held: heldNow },
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
        account.funded += operation.amount;
        account.version += 1;
        return undefined;
      case "charge":
      case "transfer":
      case "adjustment": {
        const signed = operation.type === "adjustment" ? operation.amount : -operation.amount;
        const why = signed < 0n ? this.mayNotSpend(operation, -signed) : undefined;
        if (why !== undefined) return why;
        account.spent -= signed;
        account.version += 1;
        if (operation.type === "charge")
          this.charges.set(key, { customer, currency, amount: -signed, refunded: 0n });
        if (operation.type === "transfer") {
          const payee = this.account(operation.payee, currency);
          payee.funded += operation.amount;
          payee.version += 1;
        }
        return undefined;
      }
      case "refund": {
        const charge = this.charges.get(operation.charge);
        if (charge === undefined) throw new Error(`no charge ${operation.charge}`);
        const left = charge.amount - charge.refunded;
        const amount = operation.amount ?? left;
        if (amount <= 0n || amount > left) return because("REFUND_TOO_LARGE", left, amount);
        charge.refunded += amount;
        account.spent -= amount;
        account.version += 1;
        return undefined;
      }
      case "hold": {
        const { amount, ttl } = operation;
        const why = this.mayNotSpend(operation, amount);
        if (why !== undefined) return why;
        const state = "active" as const;
        this.holds.set(key, {
          customer,
          currency,
          captured: 0n,
          remaining: amount,
          state,
          expiresAt: this.now + ttl,
        });
        return undefined;
      }
      default:
        return this.changeHold(operation, account);
    }
  }

  private changeHold(
    operation: Extract<ModelOperation, { hold: string }>,
    account: ModelAccount,
  ): Why | undefined {
    const hold = this.holds.get(operation.hold);
    if (hold === undefined) throw new Error(`no hold ${operation.hold}`);
    if (this.stateOf(hold) !== "active") return because("HOLD_NOT_ACTIVE", this.stateOf(hold));
    if (operation.type === "extend") hold.expiresAt = this.now + operation.ttl;
    if (operation.type === "release") Object.assign(hold, { state: "released", remaining: 0n });
    if (operation.type !== "capture") return undefined;
    const asked = operation.amount ?? hold.remaining;
    if (asked > hold.remaining && operation.overage === "reject") {
      return because("HOLD_EXCEEDED", hold.remaining, asked);
    }
    const taken = asked > hold.remaining && operation.overage === "cap" ? hold.remaining : asked;
    hold.captured += taken;
    hold.remaining = operation.final || taken >= hold.remaining ? 0n : hold.remaining - taken;
    if (hold.remaining === 0n) hold.state = "captured";
    account.spent += taken;
    account.version += 1;
    const { customer, currency } = hold;
    this.charges.set(operation.key, { customer, currency, amount: taken, refunded: 0n });
    return undefined;
  }

  private mayNotSpend({ customer, currency }: ModelOperation, amount: bigint): Why | undefined {
    if (this.disabled.has(customer)) return because("CUSTOMER_DISABLED");
    const { funded, spent, minimum } = this.account(customer, currency);
    const available = funded - spent - this.held(customer, currency) - minimum;
    return available < amount ? because("INSUFFICIENT_FUNDS", available, amount, minimum) : undefined;
  }
}

function contentOf(operation: ModelOperation): string {
  return JSON.stringify(operation, (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
}
