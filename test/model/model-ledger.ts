import { balanceOf, type ModelAccount, ModelBooks, type ModelHold } from "./model-books.ts";
import {
  type ModelAnswer,
  type ModelCommand,
  type ModelOperation,
  type ModelReceipt,
  type ModelRefusal,
  nameOf,
} from "./model-command.ts";

type Why = Omit<ModelRefusal, "index">;
const because = (reason: string, ...told: (bigint | string)[]): Why => ({ reason, told });

/** The ledger as plainly as can be. */
export class ModelLedger extends ModelBooks {
  private done = new Map<string, { content: string; receipt: ModelReceipt }>();

  submit({ operations, dryRun }: ModelCommand): ModelAnswer {
    if (!dryRun) this.settle(operations);
    const { accounts, holds, charges, credits, done } = this;
    const undo = () => Object.assign(this, { accounts, holds, charges, credits, done });
    this.accounts = structuredClone(accounts);
    this.holds = structuredClone(holds);
    this.charges = structuredClone(charges);
    this.credits = structuredClone(credits);
    this.done = new Map(done);
    // What is only tried is undone with what was due.
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

function contentOf(operation: ModelOperation): string {
  return JSON.stringify(operation, (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
}
