import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { type Receipt, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { holdIdOf, ledgerCalls, transferIdOf, violations } from "./ledger-calls.ts";

type Calls = ReturnType<typeof ledgerCalls>;

let service: TestService;
let other: Pick<TestService, "url">;
let tenant: Tenant;
let calls: Calls;
let elsewhere: Calls;
beforeAll(async () => {
  service = await startService();
  other = await service.another();
});
afterAll(async () => {
  expect(await violations(service)).toEqual([]);
  await service.stop();
});

async function newTenant(): Promise<void> {
  tenant = await service.tenant({ credits: 1_000 });
  calls = ledgerCalls(service, tenant);
  elsewhere = ledgerCalls(other, tenant);
}

const customers = () => connectClients(service.url, tenant.admin).customers;

describe("one key that is used at once for two kinds of operations, through two instances", () => {
  type Ask = (calls: Calls, key: string) => Promise<Receipt>;
  let charge: string;
  let topUp: string;
  let stranger: string;
  let hold: string;
  beforeAll(async () => {
    await newTenant();
    stranger = await newCustomer(service, tenant);
    topUp = transferIdOf(await calls.credit("500", { customer: stranger }));
    charge = transferIdOf(await calls.charge("100"));
    hold = holdIdOf(await calls.hold("100"));
  });
  const ofHold = async (change: Promise<{ receipt?: Receipt | undefined }>) =>
    (await change).receipt as Receipt;
  const asks: Record<string, Ask> = {
    transfer: (as, key) => as.credit("1", { key }),
    hold: (as, key) => as.hold("1", { key, customer: stranger }),
    refund: (as, key) => as.refund(charge, { key, amount: "1" }),
    reversal: (as, key) => as.reverse(topUp, { key, amount: "1" }),
    capture: (as, key) => as.capture(hold, { key, amount: "1" }),
    extend: (as, key) =>
      ofHold(as.ledger.extendHold({ organization: tenant.orgId, hold, key, ttl: { seconds: 600n } })),
  };
  const names = Object.keys(asks);
  const pairs = names.flatMap((one, index) => names.slice(index + 1).map((two) => [one, two] as const));

  it.each(pairs)("%s and %s: one is done, the other is a conflict", async (one, two) => {
    for (const round of [0, 1]) {
      const key = `${one}-${two}-${round}`;
      const tries = [asks[one]?.(calls, key), asks[two]?.(elsewhere, key)];
      if (round === 1) tries.reverse();
      const settled = await Promise.allSettled(tries);
      const done = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const reasons = await Promise.all(
        settled.flatMap((each) =>
          each.status === "rejected" ? [failureOf(Promise.reject(each.reason)).then((f) => f.reason)] : [],
        ),
      );
      expect([done.length, reasons]).toEqual([1, ["KEY_CONFLICT"]]);
      const [winner, loser] = settled[0]?.status === "fulfilled" ? [one, two] : [two, one];
      const [first, second] = round === 1 ? [loser, winner] : [winner, loser];
      // Whoever asks again, and wherever, is told the same.
      expect(await asks[first]?.(elsewhere, key)).toEqual({ ...done[0], replay: true });
      await expect(failureOf(asks[second]?.(calls, key) as Promise<Receipt>)).resolves.toMatchObject({
        code: Code.AlreadyExists,
        reason: "KEY_CONFLICT",
      });
    }
  });
});

describe("a known key", () => {
  const email = "ann@example.com";
  let customer: string;
  /** What was asked by id and by email, with what was answered. */
  let known: { readonly ask: (calls: Calls) => Promise<Receipt>; readonly first: Receipt }[];
  beforeEach(async () => {
    await newTenant();
    customer = await newCustomer(service, tenant, { email });
    await calls.credit("33", { customer, currency: "USD" });
    known = [];
    for (const name of [customer, email, email.toUpperCase()]) {
      const key = `of-${name}`;
      const fields = { customer: name, currency: "USD" };
      const asks = [
        (as: Calls) => as.charge("10", { ...fields, key }),
        (as: Calls) => as.hold("1", { ...fields, key: `${key}-hold`, ttl: { seconds: 600n } }),
      ];
      for (const ask of asks) known.push({ ask, first: await ask(calls) });
    }
  });

  /** From this instance, another one, and one that has just started. */
  async function expectReplays() {
    const restarted = ledgerCalls(await service.another(), tenant);
    for (const { ask, first } of known) {
      for (const as of [calls, elsewhere, restarted])
        expect(await ask(as)).toEqual({ ...first, replay: true });
    }
  }

  async function empty() {
    for (const { first } of known) {
      if (first.hold === undefined) await calls.refund(transferIdOf(first));
      else await calls.ledger.releaseHold({ organization: tenant.orgId, hold: first.hold.id });
    }
    await calls.charge("33", { customer, currency: "USD" });
  }

  it("is answered after the email changed, and after somebody else got the old one", async () => {
    await customers().updateCustomer({ organization: tenant.orgId, customer, email: "ann@new.example" });
    await expectReplays();
    const successor = await newCustomer(service, tenant, { email });
    await expectReplays();
    // What is new goes to whom the email names now.
    expect(await calls.credit("5", { customer: email, currency: "USD", key: "new" })).toMatchObject({
      transfer: { customerId: successor },
      after: { posted: "5" },
    });
  });

  it("is answered after the first currency was configured, which is another", async () => {
    const { currencies } = connectClients(service.url, tenant.admin);
    await currencies.updateCurrency({
      allowMissing: true,
      ...{ organization: tenant.orgId, code: "EUR", displayName: "Euro", force: true },
      state: CurrencyState.ACTIVE,
    });
    await expectReplays();
    const anew = await failureOf(calls.charge("1", { customer, currency: "USD" }));
    expect(anew.reason).toBe("CURRENCY_NOT_USABLE");
  });

  it("is answered after the customer was disabled, and after its deletion", async () => {
    await customers().disableCustomer({ organization: tenant.orgId, customer });
    await expectReplays();
    await customers().enableCustomer({ organization: tenant.orgId, customer });
    await empty();
    await customers().deleteCustomer({ organization: tenant.orgId, customer });
    await expectReplays();
    for (const name of [customer, email]) {
      const anew = await failureOf(calls.credit("1", { customer: name, currency: "USD" }));
      expect(anew.code).toBe(Code.NotFound);
    }
  });

  it("is answered after the limit that let it through went, and a conflict names what differs", async () => {
    await connectClients(service.url, tenant.admin).ledger.setLimit({
      ...{ organization: tenant.orgId, customer, currency: "USD", minimumBalance: "1000" },
    });
    await expectReplays();
    const conflict = calls.charge("11", { customer: email, currency: "USD", key: `of-${email}` });
    expect(await failureOf(conflict)).toMatchObject({
      reason: "KEY_CONFLICT",
      metadata: { differing: "amount" },
    });
    const somebodyElse = calls.charge("10", { customer: uuidv7(), currency: "USD", key: `of-${email}` });
    expect(await failureOf(somebodyElse)).toMatchObject({
      reason: "KEY_CONFLICT",
      metadata: { differing: "customer" },
    });
  });
});

it("a counter-account that is named like a customer's id is no customer's", async () => {
  await newTenant();
  const victim = "a0000000-0000-4000-8000-000000000001";
  await customers().createCustomer({ organization: tenant.orgId, id: victim });
  await calls.credit("10", { customer: victim });
  await calls.credit("1000", { counterAccount: victim });
  await calls.charge("400", { counterAccount: victim });
  expect(
    await calls.ledger.getBalance({ organization: tenant.orgId, customer: victim, currency: "VC" }),
  ).toMatchObject({ posted: "10", version: 1n });
  const listed = await calls.listAll({ customer: victim, kind: TransferKind.CREDIT });
  expect(listed.map(({ amount }) => amount)).toEqual(["10"]);
});
