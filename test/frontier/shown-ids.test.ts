import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../support/failure.ts";
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

const writer = () => connectClients(service.url, tenant.writer);
const use = (id: string, amount: bigint) =>
  writer().frontier.createBillingUsage({ orgId: tenant.orgId, usages: [{ id, amount, source: "api" }] });

async function shown(): Promise<string[]> {
  const { transactions } = await writer().frontier.listBillingTransactions({ orgId: tenant.orgId });
  return transactions.map(({ id }) => id);
}

async function chargeNatively(key: string, amount: string): Promise<string> {
  const { orgId: organization, billingId: customer } = tenant;
  const charge = { organization, customer, kind: TransferKind.CHARGE, amount, currency: "VC", key };
  const { receipt } = await writer().ledger.createTransfer(charge);
  return receipt?.transfer?.id ?? "";
}

it("tells an operation from one whose key is its id", async () => {
  const first = await chargeNatively("call-1", "30");
  const second = await chargeNatively(first, "20");
  const third = await chargeNatively(second, "10");
  expect((await shown()).slice(0, 3)).toEqual([third, second, first]);
  for (const id of [first, second, third]) expect((await failureOf(use(id, 1n))).reason).toBe("KEY_CONFLICT");

  const { admin, frontier } = connectClients(service.url, service.platform);
  const { billingId } = tenant;
  await admin.revertBillingUsage({ orgId: tenant.orgId, billingId, usageId: first, amount: 30n });
  expect((await frontier.getBillingBalance({ orgId: tenant.orgId })).balance?.amount).toBe(70n);
  const tooMuch = admin.revertBillingUsage({ orgId: tenant.orgId, billingId, usageId: second, amount: 21n });
  expect((await failureOf(tooMuch)).reason).toBe("REFUND_TOO_LARGE");
});

it("tells a usage from the native charge whose id it has taken for its own", async () => {
  const usageId = "886313e1-3b8a-5372-9b90-0c9aee199e5d";
  await use(usageId, 30n);
  const { transfers } = await writer().ledger.listTransfers({ organization: tenant.orgId });
  const charge = transfers[0]?.id ?? "";
  await use(charge, 20n);
  expect(new Set(await shown()).size).toBe(3);
  expect((await shown())[1]).toBe(usageId);
  for (const id of [usageId, charge]) expect((await failureOf(use(id, 1n))).reason).toBe("KEY_CONFLICT");
});

it("tells a usage from the top-up of Apigee's whose transaction id it has", async () => {
  const { organizations } = connectClients(service.url, service.platform);
  await organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "USD" });
  const id = uuidv7();
  const developer = `/v1/organizations/${tenant.orgName}/developers/customer@${tenant.orgName}.example`;
  const credited = await restClient(service.url, tenant.writer).post(`${developer}/balance:credit`, {
    transactionAmount: { currencyCode: "USD", units: "10" },
    transactionId: id,
  });
  expect(credited.status).toBe(200);
  await use(id, 5n);
  const [usage, topUp] = await shown();
  expect(usage).toBe(id);
  expect(topUp).not.toBe(id);
  expect((await failureOf(use(topUp ?? "", 5n))).reason).toBe("KEY_CONFLICT");
});
