import { v4 as uuidv4 } from "uuid";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { protonClients, protonTransports } from "./proton.ts";

// What Frontier's own end-to-end tests of accounts, usages and given credits ask for (github.com/raystack/frontier,
// test/e2e/regression/billing_test.go), under their names, with Frontier's own client. docs/frontier.md names the others.

let service: TestService;
beforeAll(async () => {
  service = await startService({ creditProducts: new Map([["store-credits", 400n]]) });
});
afterAll(() => service.stop());

/** Each test speaks in the next of the ways in which that client does: proton.test.ts asks every method in each of them. */
let turn = 0;
beforeEach(() => {
  turn += 1;
});
const clients = () => {
  const [, transportOf] = protonTransports.at(
    turn % protonTransports.length,
  ) as (typeof protonTransports)[number];
  return protonClients(transportOf, service.url, service.platform);
};

/** As Frontier makes one there: with a billing account, and credits to begin with. */
async function organization(): Promise<string> {
  const { organizations } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({ name: `org-${uuidv4()}` });
  const orgId = organization?.id ?? "";
  const { frontier } = clients();
  const { billingAccount } = await frontier.createBillingAccount({ orgId, body: { name: "First" } });
  await service.credit({ orgId, billingId: billingAccount?.id ?? "" }, "200");
  return orgId;
}

async function disableAccounts(orgId: string): Promise<void> {
  const { frontier } = clients();
  const { billingAccounts } = await frontier.listBillingAccounts({ orgId });
  for (const { id } of billingAccounts) await frontier.disableBillingAccount({ id });
}

const address = { line1: "123 Main St", city: "San Francisco", state: "CA" };
const body = {
  email: "test@example.com",
  currency: "usd",
  phone: "1234567890",
  name: "Test Customer",
  address,
};

async function account(orgId: string, rest: object = {}): Promise<string> {
  await disableAccounts(orgId);
  const { billingAccount } = await clients().frontier.createBillingAccount({
    orgId,
    body: { ...body, ...rest },
  });
  return billingAccount?.id ?? "";
}

const usage = (amount: bigint) => ({
  ...{ id: uuidv4(), source: "billing.test", description: "billing test", amount, userId: uuidv4() },
  metadata: { key: "value" },
});

async function balanceOf(id: string): Promise<bigint> {
  return (await clients().frontier.getBillingBalance({ id })).balance?.amount ?? -1n;
}

describe("TestBillingCustomerAPI", () => {
  it("1. creating multiple active billing account shouldn't be allowed", async () => {
    const orgId = await organization();
    const { message } = await failureOf(clients().frontier.createBillingAccount({ orgId, body }));
    expect(message).toContain("active account already exists");
  });

  it("2. create and fetch billing customers successfully", async () => {
    const orgId = await organization();
    const id = await account(orgId);
    const { billingAccount } = await clients().frontier.getBillingAccount({ id, expand: ["organization"] });
    expect(billingAccount).toMatchObject({ id, email: body.email, organization: { id: orgId } });
  });

  it("3. update billing customer successfully", async () => {
    const id = await account(await organization(), { phone: "", address: { state: "CA" } });
    const { billingAccount } = await clients().frontier.updateBillingAccount({ id, body });
    expect(billingAccount).toMatchObject({ phone: body.phone, address });
  });

  it("4. create and fetch billing customers successfully with tax data", async () => {
    const taxData = [{ type: "us_ein", id: "1234567890" }];
    const id = await account(await organization(), { taxData });
    const { billingAccount } = await clients().frontier.getBillingAccount({ id, expand: ["organization"] });
    expect(billingAccount?.taxData).toMatchObject(taxData);
  });

  it("5. onboarding credits should be auto credited in org billing account", async () => {
    const orgId = await organization();
    await disableAccounts(orgId);
    const { billingAccounts } = await clients().frontier.listBillingAccounts({ orgId });
    expect(await balanceOf(billingAccounts[0]?.id ?? "")).toBe(200n);
  });
});

it("TestCheckoutAPI: 3. delegate checkout the credits product", async () => {
  const orgId = await organization();
  const billingId = await account(orgId);
  const productBody = { product: "store-credits", quantity: 2n };
  const { product } = await clients().admin.delegatedCheckout({ orgId, billingId, productBody });
  expect(product).toBeDefined();
  expect(await balanceOf(billingId)).toBe(800n);
});

describe("TestUsageAPI", () => {
  let orgId: string;
  let id: string;
  beforeAll(async () => {
    orgId = await organization();
    id = await account(orgId);
  });

  const report = (amount: bigint, of = usage(amount)) => {
    const reported = clients().frontier.createBillingUsage({ orgId, usages: [of] });
    return reported.then(() => of.id);
  };
  const revert = (usageId: string, amount: bigint) =>
    clients().admin.revertBillingUsage({ orgId, billingId: id, usageId, amount });

  it("1. report usage to an account having no credits", async () => {
    expect((await failureOf(report(20n))).message).toContain("insufficient credits");
    await failureOf(report(-20n));
  });

  it("2. report usage to an account having some credits", async () => {
    await clients().admin.delegatedCheckout({
      orgId,
      billingId: id,
      productBody: { product: "store-credits" },
    });
    const before = await balanceOf(id);
    await report(20n);
    expect(await balanceOf(id)).toBe(before - 20n);
  });

  it.each([
    ["3. revert partial reported usage to an account", 20n, [10n]],
    ["4. revert full reported usage to an account", 20n, [20n]],
    ["6. revert reported usage multiple times should pass", 20n, [5n, 8n]],
  ])("%s", async (_name, amount, parts) => {
    const before = await balanceOf(id);
    const usageId = await report(amount);
    for (const part of parts) await revert(usageId, part);
    const returned = parts.reduce((sum, part) => sum + part, 0n);
    expect(await balanceOf(id)).toBe(before - amount + returned);
  });

  it("5. revert more than full reported usage to an account should fail", async () => {
    const { message } = await failureOf(revert(await report(20n), 30n));
    expect(message).toContain("revert amount is greater than the usage amount");
  });

  it("7. revert reported usage multiple times more than original amount should fail", async () => {
    const before = await balanceOf(id);
    const usageId = await report(20n);
    await revert(usageId, 15n);
    await failureOf(revert(usageId, 8n));
    expect(await balanceOf(id)).toBe(before - 5n);
  });

  it("8. reverting a revert usage should fail", async () => {
    await revert(await report(20n), 10n);
    const { transactions } = await clients().frontier.listBillingTransactions({ orgId });
    const { message } = await failureOf(revert(transactions[0]?.id ?? "", 10n));
    expect(message).toContain("a reverted usage cannot be reverted again");
  });

  it("9. revert full reported usage to an account using project id", async () => {
    const before = await balanceOf(id);
    const usageId = await report(5n);
    await clients().admin.revertBillingUsage({ orgId, projectId: uuidv4(), usageId, amount: 5n });
    expect(await balanceOf(id)).toBe(before);
  });

  it("10. allow customer overdraft if set", async () => {
    const before = await balanceOf(id);
    const setMinimum = (creditMin: bigint) =>
      clients().admin.updateBillingAccountDetails({ orgId, id, creditMin, dueInDays: 0n });
    await setMinimum(-20n);
    const usageId = await report(before + 10n);
    expect(await balanceOf(id)).toBe(-10n);
    expect((await failureOf(report(50n))).message).toContain("insufficient credits");
    await clients().admin.revertBillingUsage({ orgId, projectId: uuidv4(), usageId, amount: before + 10n });
    await setMinimum(0n);
    expect(await balanceOf(id)).toBe(before);
  });

  it("11. check for concurrent transactions", async () => {
    const before = await balanceOf(id);
    const reports = await Promise.allSettled(Array.from({ length: 20 }, () => report(2n)));
    const booked = reports.filter(({ status }) => status === "fulfilled").length;
    expect(booked).toBe(20);
    expect(await balanceOf(id)).toBe(before - 40n);
  });
});

it("an account while one owes, a usage that is known, and an account that is not there, in Frontier's words", async () => {
  const orgId = await organization();
  const { frontier, admin } = clients();
  const id = await account(orgId);
  await admin.updateBillingAccountLimits({ orgId, id, creditMin: -20n });
  const known = usage(5n);
  await frontier.createBillingUsage({ orgId, usages: [known] });
  const again = await failureOf(frontier.createBillingUsage({ orgId, usages: [known] }));
  expect(again.message).toContain("credits already applied");
  await frontier.disableBillingAccount({ id });
  const owing = await failureOf(frontier.createBillingAccount({ orgId, body }));
  expect(owing.message).toContain("existing account with pending dues found");
  const missing = await failureOf(frontier.getBillingBalance({ id: uuidv4() }));
  expect(missing.message).toContain("customer not found");
});
