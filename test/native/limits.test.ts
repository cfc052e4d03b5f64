import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { ledgerCalls } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 10 });
  calls = ledgerCalls(service, tenant);
});
afterAll(() => service.stop());

async function setLimit(minimumBalance: string, more: object = {}, as = tenant.admin) {
  const { ledger } = connectClients(service.url, as);
  const asked = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC", minimumBalance };
  const { account } = await ledger.setLimit({ ...asked, ...more });
  return account;
}

const inMs = (ms: number) => timestampFromMs(Date.now() + ms);

/** Lets one of the limits have ended: for how long one has to last to be seen before is up to the machine. */
function passEndOf(minimumBalance: string): Promise<unknown> {
  return withSql(
    service.databaseUrl,
    (sql) => sql`update accounts set temporary_limits = (
        select jsonb_agg(case when l->>'minimum' = ${minimumBalance} then l || '{"ends_at": "2020-01-01T00:00:00Z"}' else l end)
        from jsonb_array_elements(temporary_limits::jsonb) as l)
      where org_id = ${tenant.orgId} and currency = 'VC'`,
  );
}

describe("SetLimit", () => {
  it("lets a customer owe, and says what is available then", async () => {
    expect(await setLimit("-100")).toMatchObject({
      posted: "10",
      held: "0",
      available: "110",
      minimumBalance: "-100",
      funded: "10",
      spent: "0",
      version: 1n,
    });
    expect(await calls.charge("110")).toMatchObject({ after: { posted: "-100", available: "0" } });
    expect(await failureOf(calls.charge("1"))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "0", required: "1", minimum_balance: "-100" },
    });
  });

  it("makes a customer keep something", async () => {
    await setLimit("4");
    expect((await failureOf(calls.charge("7"))).metadata).toMatchObject({
      available: "6",
      minimum_balance: "4",
    });
    expect((await failureOf(calls.hold("7"))).reason).toBe("INSUFFICIENT_FUNDS");
    await calls.charge("6");
  });

  it("keeps the limits, those with an end too, where it is given an overdraft alone", async () => {
    await setLimit("-100");
    await setLimit("-200", { expireTime: inMs(600_000) });
    for (const captureOverdraft of ["5", ""])
      expect(await setLimit("", { captureOverdraft })).toMatchObject({ minimumBalance: "-200" });
    expect(await setLimit("-3", { captureOverdraft: "5" })).toMatchObject({ minimumBalance: "-3" });
    await setLimit("", { captureOverdraft: "5" });
    expect(await setLimit("")).toMatchObject({ minimumBalance: "0" });
  });

  it("takes effect below what is owed already: nothing more goes, credits come", async () => {
    await setLimit("-100");
    await calls.charge("60");
    expect(await setLimit("0")).toMatchObject({ posted: "-50", available: "-50" });
    expect((await failureOf(calls.charge("1"))).metadata["available"]).toBe("-50");
    expect(await calls.credit("20")).toMatchObject({ after: { posted: "-30", available: "-30" } });
  });

  it("is there before the first credit", async () => {
    await setLimit("-5.5", { currency: "USD" });
    expect(await calls.charge("5.5", { currency: "USD" })).toMatchObject({
      after: { posted: "-5.5", available: "0" },
      accountVersion: 1n,
    });
  });

  it("is cleared by an empty one", async () => {
    await setLimit("-100");
    expect(await setLimit("")).toMatchObject({ minimumBalance: "0", available: "10" });
  });

  it("with an end gives way to the one before it then, with nobody sweeping", async () => {
    await setLimit("-100", { expireTime: inMs(600_000) });
    await calls.charge("50");
    expect(await setLimit("-200", { expireTime: inMs(300_000) })).toMatchObject({ minimumBalance: "-200" });
    await passEndOf("-200");
    expect((await calls.balance()).available).toBe("60");
    expect((await failureOf(calls.charge("61"))).metadata).toMatchObject({ minimum_balance: "-100" });
  });

  it("with an end gives way to the lasting one, where none is before it", async () => {
    await setLimit("-100");
    await calls.charge("50");
    await setLimit("-5");
    expect(await setLimit("-200", { expireTime: inMs(300_000) })).toMatchObject({ minimumBalance: "-200" });
    await passEndOf("-200");
    expect((await calls.balance()).available).toBe("-35");
    expect((await failureOf(calls.charge("1"))).metadata).toMatchObject({
      available: "-35",
      minimum_balance: "-5",
    });
  });

  it("is read with the account: each with its end, the one that holds first, and the overdraft", async () => {
    const ends = [inMs(900_000), inMs(600_000)];
    await setLimit("-1", { captureOverdraft: "5" });
    for (const [n, expireTime] of ends.entries()) await setLimit(`-${n + 2}`, { expireTime });
    await setLimit("-9", { expireTime: inMs(300_000) });
    await passEndOf("-9");
    const organization = tenant.orgId;
    const read = async () =>
      (await calls.ledger.listAccounts({ organization, customer: tenant.billingId })).accounts[0];
    expect(await read()).toMatchObject({
      captureOverdraft: "5",
      minimumBalance: "-3",
      limits: [
        { minimumBalance: "-3", expireTime: ends[1] },
        { minimumBalance: "-2", expireTime: ends[0] },
        { minimumBalance: "-1" },
      ],
    });
    const account = await setLimit("", { captureOverdraft: "" });
    expect(account?.limits).toHaveLength(3);
    expect(account?.captureOverdraft).toBeUndefined();
    expect((await setLimit(""))?.limits).toEqual([]);
  });

  it("on a dry run changes nothing", async () => {
    expect(await setLimit("-100", { validateOnly: true })).toMatchObject({ available: "110" });
    expect((await calls.balance()).available).toBe("10");
    const organization = tenant.orgId;
    const { accounts } = await calls.ledger.listAccounts({ organization });
    await setLimit("-100", { validateOnly: true, currency: "USD" });
    expect((await calls.ledger.listAccounts({ organization })).accounts).toEqual(accounts);
  });

  it("is set over REST, for a customer named by email", async () => {
    const email = encodeURIComponent(`customer@${tenant.orgName}.example`);
    const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${email}/balances/VC`;
    const client = restClient(service.url, tenant.admin);
    const { status, body } = await client.post(`${path}:setLimit`, { minimumBalance: "-7" });
    expect({ status, body }).toMatchObject({ status: 200, body: { account: { minimumBalance: "-7" } } });
    expect((await client.get(path)).body).toMatchObject({ posted: "10", available: "17" });
  });

  it.each([
    ["half a credit", { minimumBalance: "0.5" }, ["minimumBalance"]],
    ["no number", { minimumBalance: "none" }, ["minimumBalance"]],
    ["an end that has passed", { expireTime: inMs(-60_000) }, ["expireTime"]],
    ["an end of no limit", { minimumBalance: "", expireTime: inMs(3_600_000) }, ["minimumBalance"]],
    ["an overdraft below 0", { captureOverdraft: "-1" }, ["captureOverdraft"]],
    ["no customer and no currency", { customer: "", currency: "" }, ["customer", "currency"]],
  ])("refuses %s", async (_what, asked, fields) => {
    const failure = await failureOf(setLimit("1", asked));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("needs an admin of the organization, and a customer of it", async () => {
    const other = await service.tenant();
    for (const as of [tenant.reader, tenant.writer, other.admin]) {
      expect((await failureOf(setLimit("-1", {}, as))).code).toBe(Code.PermissionDenied);
    }
    expect((await failureOf(setLimit("-1", { customer: other.billingId }))).code).toBe(Code.NotFound);
    expect((await calls.balance()).available).toBe("10");
  });
});

describe("a postpaid customer", () => {
  async function becomes(billingType: BillingType) {
    const { customers } = connectClients(service.url, tenant.admin);
    const asked = { organization: tenant.orgId, customer: tenant.billingId, billingType };
    await customers.updateCustomer(asked);
  }

  async function putCurrency(code: string, creditLimit: string) {
    const { currencies } = connectClients(service.url, tenant.admin);
    await currencies.updateCurrency({ allowMissing: true, organization: tenant.orgId, code, creditLimit });
  }

  it("may owe what its currency allows by default, from the first charge on", async () => {
    await putCurrency("VC", "40");
    await putCurrency("USD", "2.5");
    await becomes(BillingType.POSTPAID);
    expect(await calls.balance("USD")).toMatchObject({ posted: "0", available: "2.5", version: 0n });
    expect(await calls.charge("2.5", { currency: "USD" })).toMatchObject({
      after: { posted: "-2.5", available: "0" },
    });
    expect(await calls.balance()).toMatchObject({ posted: "10", available: "50" });
    await putCurrency("VC", "0");
    expect((await calls.balance()).available).toBe("10");
    expect((await failureOf(calls.charge("11"))).reason).toBe("INSUFFICIENT_FUNDS");
  });

  it("goes by its own limit where it has one", async () => {
    await putCurrency("VC", "40");
    await becomes(BillingType.POSTPAID);
    await setLimit("-1");
    expect((await calls.balance()).available).toBe("11");
    await setLimit("");
    expect((await calls.balance()).available).toBe("50");
    await becomes(BillingType.PREPAID);
    expect((await calls.balance()).available).toBe("10");
  });
});
