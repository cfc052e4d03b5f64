import pino from "pino";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { createService } from "../src/service.ts";
import { createDatabase } from "./support/database.ts";
import { failureOf } from "./support/failure.ts";
import { connectClients, startService, type TestService } from "./support/service.ts";
import { until } from "./support/until.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

function times<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)));
}

/** How many calls passed, and the reasons of those that failed. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ passed: number; reasons: string[] }> {
  const settled = await Promise.allSettled(calls);
  const failed = settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  const reasons = await Promise.all(
    failed.map(async (error) => (await failureOf(Promise.reject(error))).reason),
  );
  return { passed: settled.length - failed.length, reasons };
}

it("two clients that race with the same key book once, and both get the receipt", async () => {
  const tenant = await service.tenant();
  for (let round = 0; round < 6; round += 1) {
    const transfer = {
      organization: tenant.orgId,
      customer: tenant.billingId,
      kind: TransferKind.CREDIT,
      amount: "1",
      currency: "VC",
      key: `race-${round}`,
    };
    const receipts = await times(2, async () => {
      const { receipt } = await connectClients(service.url, tenant.writer).ledger.createTransfer(transfer);
      return receipt;
    });
    expect(receipts.map((receipt) => receipt?.replay).sort()).toEqual([false, true]);
    expect({ ...receipts[0], replay: false }).toEqual({ ...receipts[1], replay: false });
  }
  const { frontier } = connectClients(service.url, tenant.reader);
  expect((await frontier.getBillingBalance({ orgId: tenant.orgId })).balance?.amount).toBe(6n);
});

it("two clients that race with the same usage charge once", async () => {
  const { orgId, writer } = await service.tenant({ credits: 6 });
  for (let round = 0; round < 6; round += 1) {
    const usages = [{ id: uuidv7(), amount: 1n }];
    const charges = Array.from({ length: 2 }, () =>
      connectClients(service.url, writer).frontier.createBillingUsage({ orgId, usages }),
    );
    expect(await outcomes(charges)).toEqual({ passed: 1, reasons: ["KEY_REUSED"] });
  }
  const { frontier } = connectClients(service.url, writer);
  expect((await frontier.getBillingBalance({ orgId })).balance?.amount).toBe(0n);
});

it("of two that race for the last credit one gets it", async () => {
  const tenant = await service.tenant();
  const { orgId } = tenant;
  const { frontier } = connectClients(service.url, tenant.writer);
  for (let round = 0; round < 6; round += 1) {
    await service.credit(tenant, "1");
    const charges = Array.from({ length: 2 }, () =>
      frontier.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: 1n }] }),
    );
    expect(await outcomes(charges)).toEqual({ passed: 1, reasons: ["INSUFFICIENT_FUNDS"] });
  }
});

it("of those who race for one hold, or to give back one charge, one gets it", async () => {
  const tenant = await service.tenant({ credits: 1_000 });
  const { ledger } = connectClients(service.url, tenant.writer);
  const organization = tenant.orgId;
  const asked = { organization, customer: tenant.billingId, amount: "10", currency: "VC" };
  for (let round = 0; round < 4; round += 1) {
    const held = await ledger.createHold(asked);
    const hold = held.receipt?.hold?.id ?? "";
    const changes = [ledger.captureHold({ organization, hold }), ledger.releaseHold({ organization, hold })];
    expect(await outcomes(changes)).toEqual({ passed: 1, reasons: ["HOLD_NOT_ACTIVE"] });
    const charged = await ledger.createTransfer({ ...asked, kind: TransferKind.CHARGE });
    const transfer = charged.receipt?.transfer?.id ?? "";
    const refunds = Array.from({ length: 3 }, () =>
      ledger.refundTransfer({ organization, transfer, amount: "6" }),
    );
    expect(await outcomes(refunds)).toEqual({ passed: 1, reasons: ["REFUND_TOO_LARGE", "REFUND_TOO_LARGE"] });
  }
});

it("of six that race to create the billing account one does", async () => {
  const { organizations, frontier } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({ name: "contested" });
  const orgId = organization?.id ?? "";
  const attempts = Array.from({ length: 6 }, (_, index) =>
    frontier.createBillingAccount({ orgId, body: { name: `Attempt ${index}` } }),
  );
  const { passed, reasons } = await outcomes(attempts);
  expect(passed).toBe(1);
  expect(new Set(reasons)).toEqual(new Set(["BILLING_ACCOUNT_ACTIVE"]));
  expect((await frontier.listBillingAccounts({ orgId })).billingAccounts).toHaveLength(1);
});

it("of four that race to create an organization one does", async () => {
  const { organizations } = connectClients(service.url, service.platform);
  const attempts = Array.from({ length: 4 }, () => organizations.createOrganization({ name: "one-name" }));
  expect(await outcomes(attempts)).toEqual({ passed: 1, reasons: Array(3).fill("ALREADY_EXISTS") });
});

it("twenty charges at once on one account end at the exact balance", async () => {
  const tenant = await service.tenant({ credits: 2_000 });
  const { orgId, billingId } = tenant;
  const { frontier } = connectClients(service.url, tenant.writer);
  await times(20, (index) =>
    frontier.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: BigInt(index + 1) }] }),
  );
  const spent = BigInt((20 * 21) / 2);
  expect((await frontier.getBillingBalance({ id: billingId })).balance?.amount).toBe(2_000n - spent);
  expect((await frontier.totalDebitedTransactions({ orgId })).debited?.amount).toBe(spent);
  expect((await frontier.listBillingTransactions({ orgId })).transactions).toHaveLength(21);
});

it("charges at once on one account of one customer, in two currencies at first use, all land", async () => {
  const tenant = await service.tenant();
  const { ledger } = connectClients(service.url, tenant.writer);
  const receipts = await times(20, async (index) => {
    const currency = index % 2 === 0 ? "VC" : "USD";
    const { receipt } = await ledger.createTransfer({
      organization: tenant.orgId,
      customer: tenant.billingId,
      kind: TransferKind.CREDIT,
      amount: "1",
      currency,
    });
    return `${currency} ${receipt?.accountVersion}`;
  });
  const expected = ["VC", "USD"].flatMap((currency) =>
    Array.from({ length: 10 }, (_, index) => `${currency} ${index + 1}`),
  );
  expect(receipts.sort()).toEqual(expected.sort());
});

it("four services that start at once on one empty database all come up", async () => {
  const database = await createDatabase("empty");
  const log = pino({ enabled: false });
  const services = await times(4, () => createService(database.url, log));
  try {
    const addresses = await Promise.all(services.map((each) => each.listen("127.0.0.1", 0)));
    // One that a busy machine keeps waiting may not be ready at once.
    const isReady = async (port: number) => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
    await Promise.all(addresses.map(({ port }) => until(() => isReady(port))));
  } finally {
    await Promise.all(services.map((each) => each.stop()));
    await database.drop();
  }
});
