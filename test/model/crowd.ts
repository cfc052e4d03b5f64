import type { Random } from "../workload/random.ts";
import type { ModelHold } from "./model-books.ts";
import type { ModelCommand, ModelOperation } from "./model-command.ts";
import type { ModelLedger } from "./model-ledger.ts";

const at = { customer: "c-1", currency: "USD" } as const;
const changesOfCommand = 150;
/** Far more than a test takes, so that it makes no difference that the real clock moves between two commands. */
export const slotMs = 600_000;
/** More than there are commands that make or extend holds: no two of these let holds expire in one slot. */
const commandsMax = 64;
/** How many slots of a command's own its holds expire in. */
const ownSlots = 8;
const unit = 1_000_000_000n;

/** Thinks of commands about very many holds of one account. */
export class Crowd {
  /** After so many slots every hold that was made is due. */
  readonly slotsMax = commandsMax * (ownSlots + 1);
  private keys = 0;
  private commands = 0;

  constructor(
    private readonly model: ModelLedger,
    private readonly random: Random,
  ) {}

  credit(): ModelCommand {
    return this.command([{ type: "credit", ...this.on(), amount: 10_000n * unit, counter: null }]);
  }

  charge(): ModelCommand {
    return this.command([{ type: "charge", ...this.on(), amount: this.amount(), counter: null }]);
  }

  /** Is refused for lack of funds, or only tried. */
  attempt(): ModelCommand {
    const isDry = this.random.below(2) === 0;
    const amount = isDry ? this.amount() : 1_000_000n * unit;
    return this.command([{ type: "charge", ...this.on(), amount, counter: null }], isDry);
  }

  holds(count: number): ModelCommand {
    return this.command(
      Array.from({ length: count }, () => ({
        type: "hold",
        ...this.on(),
        amount: this.amount(),
        least: null,
        ttl: this.ttl(),
        onExpiry: this.random.below(4) === 0 ? "capture" : "release",
      })),
    );
  }

  /** Changes what is active and captures what has expired on credit; now and then one of them cannot be. */
  changes(): ModelCommand {
    const holds = [...this.model.holds].filter(([, hold]) => this.model.stateOf(hold) === "active");
    const late = [...this.model.holds].filter(
      ([, { state, onExpiry, expiresAt }]) =>
        state === "active" && onExpiry === "release" && expiresAt <= this.model.now,
    );
    const chosen = [...this.sample(holds, changesOfCommand - 20), ...this.sample(late, 20)];
    const operations = chosen.map(([hold, state]) => this.change(hold, state));
    if (this.random.below(5) > 0) return this.command(operations);
    const isOver = [...this.model.holds].filter(([, { state }]) => state === "released");
    const refused = this.sample(isOver, 1).map(
      ([hold]) => ({ type: "release", ...this.on(), hold }) as const,
    );
    return this.command([...operations, ...refused]);
  }

  private change(hold: string, { remaining, expiresAt }: ModelHold): ModelOperation {
    const on = { ...this.on(), hold };
    const capture = { type: "capture", ...on, final: false } as const;
    if (expiresAt <= this.model.now) return { ...capture, amount: this.amount(), overage: "allow_debt" };
    switch (this.random.below(6)) {
      case 0:
        return { type: "release", ...on };
      case 1:
        return { type: "extend", ...on, ttl: this.ttl() };
      case 2:
        return { ...capture, amount: remaining / 2n, overage: "reject", final: this.random.below(2) === 0 };
      case 3:
        return { ...capture, amount: null, overage: "reject" };
      case 4:
        return { ...capture, amount: remaining * 2n, overage: "allow_debt" };
      default:
        return { ...capture, amount: remaining + 1n, overage: "cap" };
    }
  }

  private command(operations: readonly ModelOperation[], dryRun = false): ModelCommand {
    this.commands += 1;
    return { operations, dryRun };
  }

  private on() {
    this.keys += 1;
    return { key: `key ${this.keys}`, ...at };
  }

  /** No two holds expire at one moment, for then nothing would say which of them is captured first. */
  private ttl(): number {
    const now = this.model.now / slotMs;
    const first = Math.ceil(now / commandsMax) * commandsMax + (this.commands % commandsMax);
    const slot = first + commandsMax * this.random.below(ownSlots);
    return (slot - now) * slotMs + this.keys;
  }

  /** In all no more than what was credited. */
  private amount(): bigint {
    return BigInt(1 + this.random.below(2_000_000_000));
  }

  private sample<T>(list: readonly T[], count: number): T[] {
    const left = [...list];
    return Array.from({ length: Math.min(count, list.length) }, () =>
      left.splice(this.random.below(left.length), 1),
    ).flat();
  }
}
