import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const platform = () => connectClients(service.url, service.platform);
const admin = () => connectClients(service.url, tenant.admin);
const frontier = () => connectClients(service.url, tenant.writer).frontier;
const usage = (amount: bigint) => ({ id: uuidv7(), amount, source: "api" });
const posted = async () => {
  const { orgId: organization, billingId: customer } = tenant;
  return (await admin().ledger.getBalance({ organization, customer, currency: "VC" })).posted;
};
const putCurrency = (currency: object) =>
  admin().currencies.updateCurrency({
    allowMissing: true,
    organization: tenant.orgId,
    code: "VC",
    force: true,
    ...currency,
  });

/** The ways in which requests of either generation name an account, each with usages of its own. */
const requests = (): readonly UsageRequest[] =>
  [
    { orgId: tenant.orgId },
    { orgId: tenant.orgName, billingId: tenant.billingId },
    { billingId: tenant.billingId },
  ].map((name) => ({ ...name, usages: [usage(10n), usage(0n), usage(5n)] }));

type UsageRequest = { usages: ReturnType<typeof usage>[] };

async function expectKnown(sent: readonly UsageRequest[], as = frontier()) {
  for (const request of sent) {
    const failure = await failureOf(as.createBillingUsage(request));
    expect(failure).toMatchObject({ code: Code.AlreadyExists, reason: "KEY_REUSED" });
    expect(faultyFields(failure)).toEqual(request.usages.map((_, index) => `usages[${index}].id`));
  }
}

describe("usages that are sent again are known, after", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["nothing", async () => undefined],
    [
      "another email of the account",
      () =>
        frontier().updateBillingAccount({
          id: tenant.billingId,
          body: { name: "Other", email: "other@example.com" },
        }),
    ],
    ["the organization's first currency", () => putCurrency({ code: "EUR" })],
    ["inactive credits", () => putCurrency({ state: CurrencyState.INACTIVE })],
    [
      "a higher minimum balance",
      () => platform().admin.updateBillingAccountLimits({ id: tenant.billingId, creditMin: 1_000n }),
    ],
    ["a disabled account", () => frontier().disableBillingAccount({ id: tenant.billingId })],
    [
      "another account of the organization",
      async () => {
        await frontier().disableBillingAccount({ id: tenant.billingId });
        const body = { name: "Other", email: "other@example.com" };
        await frontier().createBillingAccount({ orgId: tenant.orgId, body });
      },
    ],
    [
      "another name of the organization",
      () =>
        platform().organizations.updateOrganization({
          organization: tenant.orgId,
          name: `${tenant.orgName}-renamed`,
        }),
    ],
    [
      "another currency that is shown",
      () =>
        platform().organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "USD" }),
    ],
    [
      "a disabled organization",
      () => platform().organizations.disableOrganization({ organization: tenant.orgId }),
    ],
  ])("%s", async (_what, change) => {
    const sent = requests();
    for (const request of sent) await frontier().createBillingUsage(request);
    await change();
    await expectKnown(sent);
    expect(await posted()).toBe("55");
  });

  it("the deletion of the account, a restart, and another account", async () => {
    const sent = requests();
    for (const request of sent) await frontier().createBillingUsage(request);
    await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [usage(55n)] });
    await frontier().deleteBillingAccount({ id: tenant.billingId });
    await expectKnown(sent);
    const another = await service.another();
    await expectKnown(sent, connectClients(another.url, tenant.writer).frontier);
    for (const request of requests())
      expect((await failureOf(frontier().createBillingUsage(request))).code).toBe(Code.NotFound);
    const body = { name: "Other", email: "other@example.com" };
    await frontier().createBillingAccount({ orgId: tenant.orgId, body });
    await expectKnown(sent);
    expect((await frontier().getBillingBalance({ orgId: tenant.orgId })).balance?.amount).toBe(0n);
  });
});

/** The reasons of the refusals that are kept, oldest first, up to one that is provoked now. */
async function refusalsKept(): Promise<string[]> {
  const { ledger } = admin();
  const { orgId: organization, billingId: customer } = tenant;
  const charge = { kind: TransferKind.CHARGE, currency: "USD", amount: "1" };
  await failureOf(ledger.createTransfer({ organization, customer, ...charge }));
  const listed = async () => {
    const { refusals } = await ledger.listRefusals({ organization });
    return refusals.map(({ reason }) => reason).reverse();
  };
  return until(async () => {
    const reasons = await listed();
    return reasons.at(-1) === "INSUFFICIENT_FUNDS" && reasons.slice(0, -1);
  });
}

it("a usage that is found known after a change of currency leaves no refusal but that it is known", async () => {
  const sent = { orgId: tenant.orgId, usages: [usage(10n)] };
  await frontier().createBillingUsage(sent);
  await platform().organizations.updateOrganization({
    ...{ organization: tenant.orgId, frontierCurrency: "USD" },
  });
  await expectKnown([sent]);
  expect(await refusalsKept()).toEqual([]);
});

it("a usage whose id stands for something else leaves one refusal", async () => {
  const { ledger } = admin();
  const { orgId: organization, billingId: customer } = tenant;
  const used = usage(5n);
  const transfer = { organization, customer, currency: "VC", amount: "5", key: used.id };
  await ledger.createTransfer({ ...transfer, kind: TransferKind.CREDIT });
  await failureOf(frontier().createBillingUsage({ orgId: organization, usages: [used] }));
  expect(await refusalsKept()).toEqual(["KEY_CONFLICT"]);
});

it("a usage that another interface booked under its id is a conflict, and the other way round", async () => {
  const { ledger } = admin();
  const { orgId: organization, billingId: customer } = tenant;
  const transfer = { organization, customer, currency: "VC", amount: "5" };
  const used = usage(5n);
  await ledger.createTransfer({ ...transfer, kind: TransferKind.CREDIT, key: used.id });
  expect(
    await failureOf(frontier().createBillingUsage({ orgId: organization, usages: [used] })),
  ).toMatchObject({
    code: Code.AlreadyExists,
    reason: "KEY_CONFLICT",
  });
  const booked = usage(5n);
  await frontier().createBillingUsage({ orgId: organization, usages: [booked] });
  expect(await failureOf(ledger.createHold({ ...transfer, key: booked.id }))).toMatchObject({
    code: Code.AlreadyExists,
    reason: "KEY_CONFLICT",
  });
  expect(await posted()).toBe("100");
});
