import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { authorizing } from "../protocols/connect.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { protonClients, protonServices, protonTransports } from "./proton.ts";

// Every method, driven by the client that Frontier publishes.

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe.each(protonTransports)("over %s", (_protocol, transportOf) => {
  let tenant: Tenant;
  beforeEach(async () => {
    tenant = await service.tenant({ credits: 100 });
  });

  const as = (credential = tenant.writer) => protonClients(transportOf, service.url, credential);
  const frontier = () => as().frontier;
  const admin = () => as(service.platform).admin;
  const charge = async (amount: bigint) => {
    const id = uuidv7();
    await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [{ id, amount, source: "API" }] });
    return id;
  };

  it("CreateBillingAccount, GetBillingAccount, UpdateBillingAccount and ListBillingAccounts", async () => {
    const { organizations } = connectClients(service.url, service.platform);
    const { organization } = await organizations.createOrganization({ name: `made-${uuidv7().slice(-12)}` });
    const orgId = organization?.id ?? "";
    const { frontier: platform } = as(service.platform);
    const body = {
      ...{ name: "Blue Ink", email: "billing@blue-ink.example", phone: "1", currency: "eur" },
      address: { line1: "1 Quay", city: "Cork", postalCode: "T12", country: "IE" },
      taxData: [{ type: "eu_vat", id: "IE6388047V" }],
      metadata: { tier: "gold" },
    };
    const { billingAccount } = await platform.createBillingAccount({ orgId, body, offline: true });
    const id = billingAccount?.id ?? "";
    expect(billingAccount).toMatchObject({ ...body, orgId, state: "active" });

    const asked = { withBillingDetails: true, withPaymentMethods: true, expand: ["organization"] };
    const read = await platform.getBillingAccount({ id, ...asked });
    expect(read).toMatchObject({
      billingAccount: { ...body, organization: { id: orgId, name: organization?.name } },
      billingDetails: { creditMin: 0n, dueInDays: 0n },
      paymentMethods: [],
    });
    const updated = await platform.updateBillingAccount({ id, body: { ...body, name: "Red Ink" } });
    expect(updated.billingAccount).toMatchObject({ ...body, name: "Red Ink" });
    const { billingAccounts } = await platform.listBillingAccounts({ orgId });
    expect(billingAccounts).toEqual([updated.billingAccount]);
  });

  it("RegisterBillingAccount, DisableBillingAccount, EnableBillingAccount and DeleteBillingAccount", async () => {
    const { billingId: id, orgId } = tenant;
    const state = async () => (await frontier().getBillingAccount({ id })).billingAccount?.state;
    await frontier().registerBillingAccount({ id });
    await frontier().disableBillingAccount({ id });
    expect(await state()).toBe("disabled");
    await frontier().enableBillingAccount({ id });
    expect(await state()).toBe("active");
    const second = frontier().createBillingAccount({ orgId, body: { name: "Second" } });
    expect((await failureOf(second)).code).toBe(Code.FailedPrecondition);
    expect((await failureOf(frontier().deleteBillingAccount({ id }))).code).toBe(Code.FailedPrecondition);
    await charge(100n);
    await frontier().deleteBillingAccount({ id });
    expect((await failureOf(frontier().getBillingAccount({ id }))).code).toBe(Code.NotFound);
  });

  it("GetBillingBalance, HasTrialed, CheckCreditEntitlement and TotalDebitedTransactions", async () => {
    const { orgId, billingId: id } = tenant;
    await charge(30n);
    const { balance } = await frontier().getBillingBalance({ id });
    expect(balance).toMatchObject({ amount: 70n, currency: "VC", updatedAt: expect.anything() });
    expect((await frontier().hasTrialed({ id, planId: uuidv7() })).trialed).toBe(false);
    expect((await failureOf(frontier().hasTrialed({ id: uuidv7() }))).code).toBe(Code.NotFound);
    expect((await frontier().checkCreditEntitlement({ orgId, amount: 70n })).status).toBe(true);
    expect((await frontier().checkCreditEntitlement({ orgId, amount: 71n })).status).toBe(false);
    const { debited } = await frontier().totalDebitedTransactions({ orgId });
    expect(debited).toMatchObject({ amount: 30n, currency: "VC" });
  });

  it("CreateBillingUsage and ListBillingTransactions", async () => {
    const { orgId, billingId } = tenant;
    const id = await charge(30n);
    const usages = [{ id, amount: 30n, source: "API" }];
    const again = await failureOf(frontier().createBillingUsage({ orgId, usages }));
    expect(again.code).toBe(Code.AlreadyExists);
    const tooMuch = [{ id: uuidv7(), amount: 71n }];
    const refused = await failureOf(frontier().createBillingUsage({ orgId, usages: tooMuch }));
    expect([refused.code, refused.message]).toEqual([Code.InvalidArgument, "insufficient credits"]);

    const { transactions } = await frontier().listBillingTransactions({ orgId, expand: ["customer"] });
    expect(transactions).toMatchObject([
      { id, customerId: billingId, amount: 30n, type: "debit", source: "api", customer: { id: billingId } },
      { amount: 100n, type: "credit" },
    ]);
    const [newest] = transactions;
    const at = newest?.createdAt ?? timestampFromDate(new Date());
    const later = timestampFromDate(new Date(timestampDate(at).getTime() + 1));
    const within = await frontier().listBillingTransactions({ orgId, startRange: at, endRange: at });
    expect(within.transactions.map(({ id: found }) => found)).toEqual([id]);
    expect((await frontier().listBillingTransactions({ orgId, since: later })).transactions).toEqual([]);
  });

  it("RevertBillingUsage", async () => {
    const { orgId } = tenant;
    const usageId = await charge(30n);
    await admin().revertBillingUsage({ orgId, usageId, amount: 10n });
    const { transactions } = await frontier().listBillingTransactions({ orgId });
    const [reverted] = transactions;
    expect(reverted).toMatchObject({ amount: 10n, type: "credit", source: "system.revert.api" });
    const codeOf = async (request: { usageId: string; amount: bigint }) =>
      (await failureOf(admin().revertBillingUsage({ orgId, ...request }))).code;
    expect(await codeOf({ usageId, amount: 21n })).toBe(Code.InvalidArgument);
    expect(await codeOf({ usageId: reverted?.id ?? "", amount: 1n })).toBe(Code.AlreadyExists);
    expect(await codeOf({ usageId: uuidv7(), amount: 1n })).toBe(Code.NotFound);
    const ofTheirOwn = as(tenant.admin).admin.revertBillingUsage({ orgId, usageId, amount: 1n });
    expect((await failureOf(ofTheirOwn)).code).toBe(Code.PermissionDenied);
  });

  it("UpdateBillingAccountLimits, GetBillingAccountDetails and UpdateBillingAccountDetails", async () => {
    const { orgId, billingId: id } = tenant;
    await admin().updateBillingAccountLimits({ orgId, id, creditMin: -20n });
    await charge(120n);
    await admin().updateBillingAccountDetails({ orgId, id, creditMin: -30n, dueInDays: 14n });
    const details = await admin().getBillingAccountDetails({ orgId, id });
    expect(details).toMatchObject({ creditMin: -30n, dueInDays: 14n });
  });

  it("ListAllBillingAccounts", async () => {
    const { billingAccounts } = await admin().listAllBillingAccounts({ orgId: tenant.orgId });
    expect(billingAccounts).toMatchObject([{ id: tenant.billingId, orgId: tenant.orgId }]);
    const all = await admin().listAllBillingAccounts({});
    expect(all.billingAccounts.map(({ id }) => id)).toContain(tenant.billingId);
  });

  it("SearchOrganizationTokens, where that client has it and where Frontier has it now", async () => {
    await charge(30n);
    const query = {
      filters: [{ name: "amount", operator: "gte", value: { case: "numberValue", value: 30 } as const }],
      sort: [{ name: "amount", order: "asc" }],
      groupBy: ["type"],
      limit: 1,
    };
    const request = { id: tenant.orgId, query };
    const answer = await as().admin.searchOrganizationTokens(request);
    const transport = transportOf({ baseUrl: service.url, interceptors: [authorizing(tenant.reader)] });
    const now = await createClient(FrontierService, transport).searchOrganizationTokens(request);
    expect(now).toMatchObject({ pagination: { totalCount: 2 }, organizationTokens: [{ amount: 100n }] });
    expect(answer.organizationTokens).toMatchObject([{ amount: 100n, type: "credit", orgId: tenant.orgId }]);
    expect(answer.pagination).toMatchObject({ offset: 0, limit: 1, totalCount: 2 });
    expect(answer.group).toMatchObject({
      name: "type",
      data: [
        { name: "credit", count: 1 },
        { name: "debit", count: 1 },
      ],
    });
  });
});

const known = [...FrontierService.methods, ...AdminService.methods].map(({ name }) => name);
const others = Object.values(protonServices).flatMap(({ methods }) =>
  methods.filter(({ name, methodKind }) => methodKind === "unary" && !known.includes(name)),
);

// Who calls in what protocol is told so before the method's name is looked at, so each method is called in one of them.
describe.each(protonTransports)("every other method over %s", (protocol, transportOf) => {
  it("is UNIMPLEMENTED", async () => {
    const transport = transportOf({ baseUrl: service.url, interceptors: [authorizing(service.platform)] });
    const turn = protonTransports.findIndex(([name]) => name === protocol);
    const called = others.filter((_, index) => index % protonTransports.length === turn);
    expect(called.length).toBeGreaterThan(25);
    for (const { parent, localName } of called) {
      const client = createClient(parent, transport) as Record<string, (request: object) => Promise<unknown>>;
      const error = await client[localName]?.({}).catch((reason: unknown) => ConnectError.from(reason));
      expect({ localName, code: (error as ConnectError | undefined)?.code }).toEqual({
        localName,
        code: Code.Unimplemented,
      });
    }
  });
});
