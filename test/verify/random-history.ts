import { v4 as uuidv4, v7 as uuidv7 } from "uuid";
import { Amount } from "../../src/domain/amount.ts";
import type { AskedOperation, HoldOperation } from "../../src/domain/asked-operation.ts";
import type { CustomerName } from "../../src/domain/customer-name.ts";
import { isNonEmpty } from "../../src/domain/non-empty.ts";
import { derivedIdentity, type Identity, identityOf, newIdentity } from "../../src/domain/operation-id.ts";
import type { Recorded } from "../../src/domain/recorded.ts";
import { asker, commandOf, operationTo, receiptsOf, type TestLedger } from "../support/ledger.ts";
import type { Random } from "../workload/random.ts";
import { setLimit } from "./history.ts";

const commandsOfRound = 5;
const currencies = ["USD", "EUR"] as const;
const words = { source: "", description: "", userId: "", metadata: {} };

/**
 * Does what comes, on a few customers of a new organization, and answers its id. What is refused is refused. A hold is
 * active at the end.
 */
export async function makeRandomHistory(
  test: TestLedger,
  { random, rounds }: { random: Random; rounds: number },
): Promise<string> {
  const { orgId, customerId } = await test.tenant();
  const customers = [customerId, uuidv7(), uuidv7()];
  for (const id of customers.slice(1))
    await test.sql`insert into customers (org_id, id) values (${orgId}, ${id})`;
  const caller = new Caller(orgId, customers, random);
  for (let round = 0; round < rounds; round += 1) {
    if (random.below(5) === 0)
      await setLimit(test.url, { orgId, customerId: random.pick(customers) ?? "" }, -random.below(200));
    const commands = Array.from({ length: commandsOfRound }, () => caller.operations());
    const verdicts = await Promise.all(
      commands.map((operations) => {
        if (!isNonEmpty(operations)) throw new Error("a command asked for nothing");
        return test.ledger.submit({ orgId, operations, dryRun: false, by: asker });
      }),
    );
    for (const verdict of verdicts)
      if (verdict.outcome === "done") caller.remember(verdict.receipts.map(({ recorded }) => recorded));
  }
  const ample = { orgId, customerId, currency: "USD", amount: Amount.of("100000") };
  const lasting = {
    ...caller.hold(),
    customer: { text: customerId, as: "id" },
    currency: "USD",
    ttlMs: null,
  } as const;
  receiptsOf(await test.ledger.submit(commandOf(orgId, operationTo("credit", ample), lasting)));
  return orgId;
}

/** Thinks of what to ask for next. */
class Caller {
  private keys = 0;
  private readonly done: Recorded[] = [];

  constructor(
    private readonly orgId: string,
    private readonly customers: readonly string[],
    private readonly random: Random,
  ) {}

  remember(done: readonly Recorded[]): void {
    this.done.push(...done);
  }

  operations(): AskedOperation[] {
    return Array.from({ length: 1 + this.random.below(3) }, () => this.operation());
  }

  private operation(): AskedOperation {
    const [charge, credit, hold] = [["charge", "capture"], ["credit"], ["hold"]].map((kinds) =>
      this.one(kinds),
    );
    switch (this.random.below(13)) {
      case 0:
      case 1:
        return this.transfer("credit", this.amount(90));
      case 2:
        return this.transfer("adjustment", this.amount(9));
      case 3:
        return this.transfer("transfer", this.amount(20));
      case 4:
        if (charge === undefined) break;
        return { type: "refund", ...this.identity(), ...words, refundOf: charge.id, amount: this.amount(4) };
      case 5:
        if (credit === undefined) break;
        return {
          type: "reversal",
          ...this.identity(),
          ...words,
          reversalOf: credit.id,
          amount: this.amount(9),
          debt: "any",
        };
      case 6:
      case 7:
        return this.hold();
      case 8:
      case 9:
        if (hold === undefined) break;
        return this.capture(hold.id);
      case 10:
        if (hold === undefined) break;
        return { type: "release", ...this.identity(), holdId: hold.id };
      case 11:
        if (hold === undefined) break;
        return { type: "extend", ...this.identity(), holdId: hold.id, ttlMs: this.ttlMs() };
    }
    return this.transfer("charge", this.random.below(8) === 0 ? Amount.zero : this.amount(30));
  }

  private transfer(kind: "credit" | "charge" | "adjustment" | "transfer", amount: Amount): AskedOperation {
    const [customer = "", payee = ""] =
      this.random.below(2) === 0 ? this.customers : [...this.customers].reverse();
    const isPaying = kind === "credit" ? false : kind !== "adjustment" || this.random.below(2) === 0;
    return {
      type: "transfer",
      ...(kind === "credit" ? this.identity(customer) : this.identity()),
      ...words,
      kind,
      amount,
      currency: this.random.pick(currencies) ?? "",
      customer: { text: customer, as: "id" },
      isPaying,
      other:
        kind === "transfer"
          ? { customer: { text: payee, as: "id" } }
          : { counter: this.random.pick(["one", "another"]) ?? "" },
    };
  }

  hold(): HoldOperation<CustomerName> {
    return {
      type: "hold",
      ...this.identity(),
      ...words,
      customer: { text: this.random.pick(this.customers) ?? "", as: "id" },
      amount: this.amount(20),
      minimumAmount: this.random.below(2) === 0 ? Amount.of("0.5") : null,
      currency: this.random.pick(currencies) ?? "",
      ttlMs: this.random.below(4) === 0 ? null : this.ttlMs(),
      onExpiry: this.random.below(3) === 0 ? "capture" : "release",
    };
  }

  private capture(holdId: string): AskedOperation {
    const final = this.random.below(3) === 0;
    return {
      type: "capture",
      ...this.identity(),
      holdId,
      amount:
        final && this.random.below(3) === 0
          ? Amount.zero
          : this.random.below(3) === 0
            ? null
            : this.amount(12),
      final,
      overage: this.random.pick(["reject", "cap", "allow_debt"] as const) ?? "reject",
      description: "",
      metadata: {},
    };
  }

  /** Some are over at once. */
  private ttlMs(): number {
    return this.random.pick([1, 20, 3_600_000]) ?? 1;
  }

  private amount(bound: number): Amount {
    return Amount.of(`${this.random.below(bound)}.${1 + this.random.below(999)}`);
  }

  private identity(customer?: string): Identity {
    this.keys += 1;
    const name = `key ${this.keys}`;
    switch (this.random.below(customer === undefined ? 4 : 5)) {
      case 0:
        return newIdentity();
      case 1:
        return identityOf(this.orgId, uuidv4());
      case 4:
        return derivedIdentity(["apigee x credit", customer ?? "", name]);
      default:
        return identityOf(this.orgId, name);
    }
  }

  /** One of what was done of these kinds, rather a new one. */
  private one(kinds: readonly string[]): Recorded | undefined {
    return this.random.pick(this.done.filter(({ kind }) => kinds.includes(kind)).slice(-6));
  }
}
