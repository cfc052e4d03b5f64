import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const frontier = () => connectClients(service.url, tenant.writer).frontier;
const admin = (as = service.platform) => connectClients(service.url, as).admin;

const said = { source: "Compute.GPU", description: "Two GPUs", userId: "user-7", metadata: { gpus: 2 } };

/** Charges a usage, and answers its id. */
async function charge(amount: bigint): Promise<string> {
  const id = uuidv7();
  await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [{ id, amount, ...said }] });
  return id;
}

async function balance(): Promise<bigint | undefined> {
  return (await frontier().getBillingBalance({ orgId: tenant.orgId })).balance?.amount;
}

const revert = (usageId: string, amount: bigint, names: object = { orgId: tenant.orgId }) =>
  admin().revertBillingUsage({ ...names, usageId, amount });

describe("gives back", () => {
  it.each([
    ["generation A", () => ({ orgId: tenant.orgName, billingId: tenant.billingId, projectId: "any" })],
    ["generation B, the organization alone", () => ({ orgId: tenant.orgId })],
    ["the account alone", () => ({ billingId: tenant.billingId })],
  ])("%s", async (_generation, names) => {
    const usageId = await charge(30n);
    await revert(usageId, 30n, names());
    expect(await balance()).toBe(100n);
  });

  it.each([
    [
      "with everything in the path",
      (usageId: string) => ({
        path: `/v1beta1/admin/organizations/${tenant.orgId}/billing/${tenant.billingId}/usage/${usageId}/revert`,
        body: { amount: "10" },
      }),
    ],
    [
      "with everything in the body",
      (usageId: string) => ({
        path: "/v1beta1/organizations/billing/usages/revert",
        body: { org_id: tenant.orgName, usage_id: usageId, amount: 10 },
      }),
    ],
  ])("over REST, %s", async (_path, request) => {
    const { path, body } = request(await charge(30n));
    const answer = await restClient(service.url, service.platform).post(path, body);
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect(await balance()).toBe(80n);
  });

  it("as a credit in Frontier's words, which keeps what the usage said", async () => {
    const usageId = await charge(30n);
    await revert(usageId.toUpperCase(), 10n);
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(transactions[0]).toMatchObject({
      customerId: tenant.billingId,
      amount: 10n,
      type: "credit",
      source: "system.revert.compute.gpu",
      description: "Revert: Two GPUs",
      userId: "user-7",
      metadata: { gpus: 2, revert_request_using: usageId },
    });
    expect(transactions[0]?.id).not.toBe(usageId);
    const { debited } = await frontier().totalDebitedTransactions({ orgId: tenant.orgId });
    expect(debited).toMatchObject({ amount: 20n });
  });

  it("what another interface booked under a UUID in capitals, and not under the same one in lower case", async () => {
    const key = uuidv7();
    const { ledger } = connectClients(service.url, tenant.writer);
    const asked = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC" };
    const kind = TransferKind.CHARGE;
    await ledger.createTransfer({ ...asked, kind, amount: "30", key: key.toUpperCase() });
    await ledger.createTransfer({ ...asked, kind, amount: "20", key });
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    const [lower, upper] = transactions.map(({ id }) => id);
    expect(lower).toBe(key);
    await revert(upper ?? "", 30n);
    expect(await balance()).toBe(80n);
    await revert(key, 20n);
    expect(await balance()).toBe(100n);
  });

  it("in parts, until it is used up", async () => {
    const usageId = await charge(30n);
    await revert(usageId, 10n);
    await revert(usageId, 10n);
    await revert(usageId, 10n);
    expect(await balance()).toBe(100n);
    expect(await failureOf(revert(usageId, 1n))).toMatchObject({
      code: Code.InvalidArgument,
      message: "revert amount is greater than the usage amount",
      reason: "REFUND_TOO_LARGE",
      metadata: { transfer: usageId, currency: "VC", available: "0", required: "1" },
    });
  });

  it("what was captured of a hold, and together with native refunds no more than was taken", async () => {
    const { ledger } = connectClients(service.url, tenant.writer);
    const organization = tenant.orgId;
    const hold = { organization, customer: tenant.billingId, amount: "20", currency: "VC" };
    const { receipt } = await ledger.createHold(hold);
    const captured = await ledger.captureHold({ organization, hold: receipt?.hold?.id ?? "", amount: "20" });
    const transfer = captured.receipt?.transfer?.id ?? "";
    await ledger.refundTransfer({ organization, transfer, amount: "15" });
    await revert(transfer, 5n);
    expect((await failureOf(revert(transfer, 1n))).reason).toBe("REFUND_TOO_LARGE");
    expect(await balance()).toBe(100n);
  });

  it("also to an account that is disabled", async () => {
    const usageId = await charge(30n);
    await frontier().disableBillingAccount({ id: tenant.billingId });
    await revert(usageId, 30n);
    expect(await balance()).toBe(100n);
  });

  it("what was used in the currency that the organization showed before", async () => {
    const usageId = await charge(30n);
    const { organizations } = connectClients(service.url, service.platform);
    await organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "USD" });
    expect((await failureOf(revert(usageId, 31n))).reason).toBe("REFUND_TOO_LARGE");
    await revert(usageId, 10n);
    await organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "VC" });
    expect(await balance()).toBe(80n);
  });

  it("in minor units where the organization shows another currency", async () => {
    const { organizations, frontier: platform } = connectClients(service.url, service.platform);
    const name = `minor-${uuidv7().slice(-12)}`;
    const { organization } = await organizations.createOrganization({ name, frontierCurrency: "USD" });
    const orgId = organization?.id ?? "";
    const { billingAccount } = await platform.createBillingAccount({ orgId, body: { name: "Minor" } });
    await service.credit({ ...tenant, orgId, billingId: billingAccount?.id ?? "" }, "1", "USD");
    const id = uuidv7();
    await platform.createBillingUsage({ orgId, usages: [{ id, amount: 50n }] });
    await revert(id, 25n, { orgId });
    expect((await platform.getBillingBalance({ orgId })).balance?.amount).toBe(75n);
  });
});

describe("a hundred at once", () => {
  it("never give back more than was used", async () => {
    const usageId = await charge(30n);
    const calls = Array.from({ length: 100 }, (_, index) => revert(usageId, BigInt(1 + (index % 3))));
    const settled = await Promise.allSettled(calls);
    const refused = settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    for (const error of refused) {
      expect((await failureOf(Promise.reject(error))).reason).toBe("REFUND_TOO_LARGE");
    }
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    const reverts = transactions.filter(({ source }) => source.startsWith("system.revert"));
    expect(reverts).toHaveLength(100 - refused.length);
    expect(reverts.reduce((sum, { amount }) => sum + amount, 0n)).toBe(30n);
    expect(await balance()).toBe(100n);
  });

  it("beside charges of what they give back keep the books", async () => {
    const usages = await Promise.all(Array.from({ length: 10 }, () => charge(10n)));
    expect(await balance()).toBe(0n);
    await Promise.allSettled(
      usages.flatMap((usageId) => [revert(usageId, 10n), revert(usageId, 10n), charge(5n)]),
    );
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    const given = transactions.filter(({ source }) => source.startsWith("system.revert"));
    expect(given).toHaveLength(10);
    const sum = transactions.reduce(
      (total, { amount, type }) => total + (type === "credit" ? amount : -amount),
      0n,
    );
    expect(await balance()).toBe(sum);
    expect(sum).toBeGreaterThanOrEqual(0n);
  });
});

describe("refusals", () => {
  it("more than the usage was", async () => {
    const usageId = await charge(30n);
    expect(await failureOf(revert(usageId, 31n))).toMatchObject({
      code: Code.InvalidArgument,
      reason: "REFUND_TOO_LARGE",
      metadata: { available: "30", required: "31" },
    });
    expect(await balance()).toBe(70n);
  });

  it("a usage of amount 0, of which nothing can be given back", async () => {
    const usageId = await charge(0n);
    expect(await failureOf(revert(usageId, 1n))).toMatchObject({
      code: Code.InvalidArgument,
      message: "revert amount is greater than the usage amount",
      reason: "REFUND_TOO_LARGE",
      metadata: { available: "0", required: "1" },
    });
    expect(await balance()).toBe(100n);
  });

  it("a revert of a revert", async () => {
    await revert(await charge(30n), 10n);
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(await failureOf(revert(transactions[0]?.id ?? "", 1n))).toMatchObject({
      code: Code.AlreadyExists,
      message: "a reverted usage cannot be reverted again",
      reason: "NOT_REFUNDABLE",
    });
    expect(await balance()).toBe(80n);
  });

  it("what is no usage", async () => {
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(await failureOf(revert(transactions[0]?.id ?? "", 1n))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "NOT_REFUNDABLE",
      metadata: { kind: "credit" },
    });
  });

  it("an unknown usage, one of another account, and one in another currency than is shown", async () => {
    const usageId = await charge(30n);
    const other = await service.tenant();
    const { ledger } = connectClients(service.url, tenant.writer);
    await service.credit(tenant, "1", "USD");
    const { receipt } = await ledger.createTransfer({
      ...{ organization: tenant.orgId, customer: tenant.billingId, kind: TransferKind.CHARGE },
      ...{ amount: "1", currency: "USD" },
    });
    const developer = await newCustomer(service, tenant);
    for (const [id, names] of [
      [uuidv7(), { orgId: tenant.orgId }],
      [usageId, { orgId: other.orgId }],
      [usageId, { orgId: tenant.orgId, billingId: developer }],
      [receipt?.transfer?.id ?? "", { orgId: tenant.orgId }],
    ] as const) {
      expect(await failureOf(revert(id, 1n, names))).toMatchObject({
        code: Code.NotFound,
        metadata: { resource: "transfer", name: id },
      });
    }
    expect(await balance()).toBe(70n);
  });

  it("fields that do not fit", async () => {
    const failure = await failureOf(revert("one", 0n));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(["usageId", "amount"]);
    expect(faultyFields(await failureOf(revert(await charge(1n), -1n)))).toEqual(["amount"]);
    expect(faultyFields(await failureOf(revert(uuidv7(), 1n, {})))).toEqual(["org_id"]);
  });

  it("whoever is not of the platform, and strangers", async () => {
    const usageId = await charge(30n);
    const request = { orgId: tenant.orgId, usageId, amount: 1n };
    for (const credential of [tenant.reader, tenant.writer, tenant.admin]) {
      const failure = await failureOf(admin(credential).revertBillingUsage(request));
      expect(failure.code).toBe(Code.PermissionDenied);
    }
    const stranger = { ...service.platform, clientSecret: "wrong" };
    expect((await failureOf(admin(stranger).revertBillingUsage(request))).code).toBe(Code.Unauthenticated);
    expect(await balance()).toBe(70n);
  });
});
