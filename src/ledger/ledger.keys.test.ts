import {
  asker,
  brokenRules,
  commandOf,
  commandTo,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { receiptFacts } from "../../test/support/receipt-facts.ts";
import { Amount } from "../domain/amount.ts";
import type { AskedCommand } from "../domain/command.ts";
import { identityOf } from "../domain/operation-id.ts";
import type { Verdict } from "../domain/verdict.ts";
import {
  bookedCount,
  captureOf,
  changeOf,
  creditsTo,
  holdOn,
  moreCustomers,
  reasonOf,
  refundOf,
  reversalOf,
  type Tenant,
  times,
} from "./ledger.fixture.ts";
import type { Ledger } from "./ledger.ts";

let test: TestLedger;
let instances: readonly [Ledger, Ledger];
/** Has done nothing of what it is asked for. */
let stranger: Ledger;

beforeAll(async () => {
  test = await startLedger();
  instances = [test.ledger, test.another()];
  stranger = test.another();
});

afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

/** A tenant with two customers, who have 1,000 each. */
async function twoCustomers(): Promise<{ a: Tenant; b: Tenant }> {
  const a = await test.tenant();
  const [b = a] = await moreCustomers(test.sql, a, 1);
  await test.ledger.submit(creditsTo([a, b], "1000"));
  return { a, b };
}

/** Submits two commands at once, each through an instance of its own, so many turns apart. */
async function race(one: AskedCommand, other: AskedCommand, turns: number): Promise<Verdict[]> {
  const [first, second] = instances;
  const begun = first.submit(one);
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  return Promise.all([begun, second.submit(other)]);
}

describe("one key that is used at once for two things", () => {
  type Pair = (
    of: { a: Tenant; b: Tenant },
    id: { id: string; key: string | null },
  ) => Promise<[AskedCommand, AskedCommand]>;
  const pairs: Record<string, Pair> = {
    "a charge of one customer and a hold of another": async ({ a, b }, id) => [
      commandTo("charge", { ...a, ...id }),
      holdOn(b, id),
    ],
    "a credit of one customer and one of another": async ({ a, b }, id) => [
      commandTo("credit", { ...a, ...id }),
      commandTo("credit", { ...b, ...id }),
    ],
    "a release and a refund": async ({ a, b }, id) => {
      const [hold, charge] = [holdOn(a), commandTo("charge", b)];
      for (const before of [hold, charge]) await test.ledger.submit(before);
      const release = changeOf(hold, { type: "release" });
      return [commandOf(a.orgId, { ...release.operations[0], ...id }), refundOf(charge, id)];
    },
    "an extension and a transfer": async ({ a, b }, id) => {
      const hold = holdOn(a);
      await test.ledger.submit(hold);
      const extension = changeOf(hold, { type: "extend", ttlMs: 90_000 });
      const paid = { kind: "transfer", other: { customer: { text: a.customerId, as: "id" } } } as const;
      return [
        commandOf(a.orgId, { ...extension.operations[0], ...id }),
        commandTo("charge", { ...b, ...id, ...paid }),
      ];
    },
    "a capture and a reversal": async ({ a, b }, id) => {
      const [hold, credit] = [holdOn(a), commandTo("credit", b)];
      for (const before of [hold, credit]) await test.ledger.submit(before);
      return [captureOf(hold, id), reversalOf(credit, id)];
    },
  };

  it.each(Object.entries(pairs))("stands for one of them: %s", async (_, pair) => {
    const customers = await twoCustomers();
    for (const n of times(8)) {
      const commands = await pair(customers, identityOf(customers.a.orgId, `key ${n}`));
      const inTurn = n % 2 === 0 ? commands : ([commands[1], commands[0]] as const);
      const reasons = (await race(inTurn[0], inTurn[1], n % 6)).map(reasonOf);
      expect([...reasons].sort()).toEqual(["KEY_CONFLICT", "done"]);
      const again = await Promise.all(inTurn.map((each) => stranger.submit(each)));
      expect(again.map(reasonOf)).toEqual(reasons);
    }
  });
});

describe("a key that is known", () => {
  const changes: Record<string, (tenant: Tenant) => Promise<unknown>> = {
    "the email has changed": ({ customerId }) =>
      test.sql`update customers set email = 'new@example.com', email_key = 'new@example.com' where id = ${customerId}`,
    "the customer is disabled": ({ customerId }) =>
      test.sql`update customers set state = 'disabled' where id = ${customerId}`,
    "the customer is deleted": ({ customerId }) =>
      test.sql`update customers set deleted_at = now() where id = ${customerId}`,
    "another currency was configured": (tenant) => configure(tenant, "EUR", "active"),
    "the currency is inactive": (tenant) => configure(tenant, "VC", "inactive"),
    "the limit was raised": ({ customerId }) =>
      test.sql`update accounts set minimum_balance = 100000 where customer_id = ${customerId}`,
  };

  function configure({ orgId }: Tenant, code: string, status: string) {
    return test.sql`insert into currencies (org_id, code, display_name, is_virtual, places, status, credit_limit, minimum_top_up)
      values (${orgId}, ${code}, ${code}, false, 0, ${status}, 0, 0)`;
  }

  it.each(Object.entries(changes))(
    "gets the first receipts again, of every kind, when %s",
    async (_, change) => {
      const { a } = await twoCustomers();
      const [charge, credit, hold, open] = [
        commandTo("charge", a),
        commandTo("credit", a),
        holdOn(a),
        holdOn(a),
      ];
      const commands = [
        ...[charge, credit, hold, open, captureOf(hold, { amount: Amount.of("2") })],
        ...[refundOf(charge, { amount: Amount.of("1") }), reversalOf(credit, { amount: Amount.of("1") })],
        ...[changeOf(open, { type: "extend", ttlMs: 90_000 }), changeOf(open, { type: "release" })],
      ];
      const first: ReturnType<typeof receiptFacts>[] = [];
      for (const command of commands)
        first.push(...receiptsOf(await test.ledger.submit(command)).map(receiptFacts));
      await change(a);
      for (const ledger of [...instances, stranger]) {
        const again = (await Promise.all(commands.map((each) => ledger.submit(each)))).flatMap(receiptsOf);
        expect(again.map(receiptFacts)).toEqual(first);
        expect(again.every(({ replay }) => replay)).toBe(true);
      }
    },
  );

  it("gets them while its organization is disabled, and nothing new is done", async () => {
    const { a } = await twoCustomers();
    const suspended = (command: AskedCommand) => ({ ...command, isSuspended: true });
    const charge = commandTo("charge", a);
    await test.ledger.submit(charge);
    expect(receiptsOf(await test.ledger.submit(suspended(charge)))).toMatchObject([{ replay: true }]);
    expect(reasonOf(await test.ledger.submit(suspended(commandTo("charge", a))))).toBe(
      "ORGANIZATION_DISABLED",
    );
  });

  it("is answered beside what is new, where that is asked for", async () => {
    const { a } = await twoCustomers();
    const [known, fresh] = [operationTo("charge", a), operationTo("charge", a)];
    await test.ledger.submit(commandOf(a.orgId, known));
    expect(reasonOf(await test.ledger.submit(commandOf(a.orgId, fresh, known)))).toBe("KEY_REUSED");
    const skipping = { ...commandOf(a.orgId, fresh, known), skipKnown: true };
    expect(receiptsOf(await test.ledger.submit(skipping)).map(({ replay }) => replay)).toEqual([false, true]);
    expect(await bookedCount(test.sql, a.orgId)).toBe(4);
  });
});

it("what is refused or only tried leaves nothing behind", async () => {
  const tenant = await test.tenant();
  const customers = [tenant, ...(await moreCustomers(test.sql, tenant, 9))];
  const verdicts = await Promise.all(
    times(1_000).map((n) => {
      const each = customers[n % 10] ?? tenant;
      const nowhere = { ...each, customerId: "a0000000-0000-4000-8000-00000000dead" };
      switch (n % 4) {
        case 0:
          return test.ledger.submit(commandTo("charge", each));
        case 1:
          return test.ledger.submit({ ...commandTo("credit", each), dryRun: true });
        case 2:
          return test.ledger.submit(holdOn(each));
        default:
          return test.ledger.submit(commandTo("credit", nowhere));
      }
    }),
  );
  const counts = new Map<string, number>();
  for (const reason of verdicts.map(reasonOf)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ INSUFFICIENT_FUNDS: 500, done: 250, NOT_FOUND: 250 });
  const [left] =
    await test.sql`select (select count(*)::int from accounts where org_id = ${tenant.orgId}) as accounts,
    (select count(*)::int from operations where org_id = ${tenant.orgId}) as operations,
    (select count(*)::int from changes where org_id = ${tenant.orgId}) as changes`;
  expect(left).toEqual({ accounts: 0, operations: 0, changes: 0 });
});

it("an operation bears the credential that asked for it", async () => {
  const tenant = await test.tenant();
  const asked = { ...commandTo("credit", tenant), by: { ...asker, actor: "desk" } };
  const [receipt] = receiptsOf(await test.ledger.submit(asked));
  expect(receipt?.recorded.createdBy).toBe("desk");
  const [again] = receiptsOf(await stranger.submit({ ...asked, by: asker }));
  expect([again?.replay, again?.recorded.createdBy]).toEqual([true, "desk"]);
});
