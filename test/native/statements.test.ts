import { type Timestamp, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { Receipt } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { allPages, ledgerCalls } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
/** Credit 100, charges 10, 20 and 30, each at a moment of its own. */
let receipts: Receipt[];
let accountId: string;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
  calls = ledgerCalls(service, tenant);
  receipts = [await calls.credit("100")];
  for (const amount of ["10", "20", "30"]) {
    await untilLater();
    receipts.push(await calls.charge(amount));
  }
  accountId = receipts[0]?.accountId ?? "";
});
afterAll(() => service.stop());

/** Waits until the database's clock is past the last booking. */
async function untilLater() {
  const last = timeOf(receipts.length - 1);
  await until(async () => {
    const { receipt } = await calls.ledger.createTransfer({
      ...{ organization: tenant.orgId, customer: tenant.billingId, kind: 1, amount: "1", currency: "VC" },
      validateOnly: true,
    });
    return timestampMs(receipt?.transfer?.createTime ?? last) > timestampMs(last);
  });
}

function timeOf(index: number): Timestamp {
  const time = receipts[index]?.transfer?.createTime;
  if (time === undefined) throw new Error(`nothing was booked as number ${index}`);
  return time;
}

const shifted = (time: Timestamp, ms: number) => timestampFromMs(timestampMs(time) + ms);

describe("GetBalance", () => {
  const asked = (more: object = {}) => ({
    ...{ organization: tenant.orgId, customer: tenant.billingId, currency: "VC" },
    ...more,
  });

  it("answers it now", async () => {
    expect(await calls.ledger.getBalance(asked())).toMatchObject({
      ...{
        posted: "40",
        held: "0",
        available: "40",
        funded: "100",
        spent: "60",
        currency: "VC",
        version: 4n,
      },
      updateTime: timeOf(3),
    });
    const byEmail = asked({ customer: `customer@${tenant.orgName}.example` });
    expect((await calls.ledger.getBalance(byEmail)).posted).toBe("40");
  });

  it("answers it as of a moment, that moment included", async () => {
    const at = async (moment: Timestamp) => {
      const { posted, spent, version, held, available } = await calls.ledger.getBalance(
        asked({ readTime: moment }),
      );
      return [posted, spent, Number(version), held, available];
    };
    expect(await at(shifted(timeOf(0), -1))).toEqual(["0", "0", 0, "0", "0"]);
    expect(await at(timeOf(0))).toEqual(["100", "0", 1, "0", "100"]);
    expect(await at(shifted(timeOf(2), -1))).toEqual(["90", "10", 2, "0", "90"]);
    expect(await at(timeOf(2))).toEqual(["70", "30", 3, "0", "70"]);
    expect(await at(timeOf(3))).toEqual(["40", "60", 4, "0", "40"]);
    expect((await calls.ledger.getBalance(asked({ readTime: timeOf(1) }))).updateTime).toEqual(timeOf(1));
  });

  it("refuses a moment ahead, of which nobody knows yet", async () => {
    const failure = await failureOf(
      calls.ledger.getBalance(asked({ readTime: shifted(timeOf(3), 86_400_000) })),
    );
    expect([failure.code, ...faultyFields(failure)]).toEqual([Code.InvalidArgument, "readTime"]);
    // Its callers' clocks and its own may differ from the one that decides.
    expect(failure.message).toContain("readTime: is ahead of the database's clock, which says ");
  });

  it("is zero where there is no account yet, now and ever", async () => {
    const zero = { posted: "0", funded: "0", spent: "0", currency: "EUR", version: 0n };
    const now = await calls.ledger.getBalance(asked({ currency: "EUR" }));
    expect(now).toMatchObject({ ...zero, held: "0", available: "0" });
    expect(now.updateTime).toBeUndefined();
    expect(await calls.ledger.getBalance(asked({ currency: "EUR", readTime: timeOf(1) }))).toMatchObject(
      zero,
    );
  });

  it("is read over REST", async () => {
    const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${tenant.billingId}/balances/VC`;
    const client = restClient(service.url, tenant.reader);
    expect((await client.get(path)).body).toMatchObject({ posted: "40", available: "40", version: "4" });
    const at = new Date(timestampMs(timeOf(1))).toISOString();
    expect((await client.get(`${path}?readTime=${at}`)).body).toMatchObject({ posted: "90", version: "2" });
  });

  it("answers many that come together, each its own", async () => {
    const others = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const customer = await newCustomer(service, tenant);
        await calls.credit(String(n + 1), { customer });
        return customer;
      }),
    );
    const read = await Promise.all(others.map((customer) => calls.ledger.getBalance(asked({ customer }))));
    expect(read.map(({ posted }) => posted)).toEqual(others.map((_, n) => String(n + 1)));
  });

  it.each([
    ["no customer and no currency", { customer: "", currency: "" }, ["customer", "currency"]],
    ["a currency that there is not", { currency: "usd" }, ["currency"]],
  ])("refuses %s", async (_what, more, fields) => {
    expect(faultyFields(await failureOf(calls.ledger.getBalance(asked(more))))).toEqual(fields);
  });

  it("finds customers of its own organization only", async () => {
    const other = await service.tenant();
    for (const customer of [other.billingId, "nobody@example.com", "x"]) {
      expect((await failureOf(calls.ledger.getBalance(asked({ customer })))).code).toBe(Code.NotFound);
    }
    const elsewhere = ledgerCalls(service, other).ledger.getBalance(asked());
    expect((await failureOf(elsewhere)).code).toBe(Code.PermissionDenied);
  });
});

describe("ListEntries", () => {
  const statement = async (more: object = {}) => {
    const asked = { organization: tenant.orgId, account: accountId, ...more };
    const { openingBalance, entries, closingBalance, nextPageToken } = await calls.ledger.listEntries(asked);
    const lines = entries.map(({ version, amount, posted }) => `${version}: ${amount} = ${posted}`);
    return { openingBalance, lines, closingBalance, nextPageToken, entries };
  };

  it("states all from the beginning to the end", async () => {
    const { entries, ...whole } = await statement();
    expect(whole).toEqual({
      openingBalance: "0",
      lines: ["1: 100 = 100", "2: -10 = 90", "3: -20 = 70", "4: -30 = 40"],
      closingBalance: "40",
      nextPageToken: "",
    });
    expect(entries.map(({ transfer }) => transfer)).toEqual(receipts.map(({ transfer }) => transfer));
  });

  it("states a period, its start included and its end not", async () => {
    expect(await statement({ startTime: timeOf(1), endTime: timeOf(3) })).toMatchObject({
      openingBalance: "100",
      lines: ["2: -10 = 90", "3: -20 = 70"],
      closingBalance: "70",
    });
    expect(await statement({ startTime: shifted(timeOf(3), 1) })).toMatchObject({
      openingBalance: "40",
      lines: [],
      closingBalance: "40",
    });
    expect(await statement({ endTime: timeOf(0) })).toMatchObject({
      openingBalance: "0",
      lines: [],
      closingBalance: "0",
    });
  });

  it("pages, with the period's balances on every page", async () => {
    const period = { startTime: timeOf(1), pageSize: 1 };
    const pages: string[] = [];
    const lines = await allPages(async (pageToken) => {
      const page = await statement({ ...period, pageToken });
      pages.push(`${page.openingBalance} to ${page.closingBalance}`);
      return { rows: page.lines, nextPageToken: page.nextPageToken };
    });
    expect(lines).toEqual(["2: -10 = 90", "3: -20 = 70", "4: -30 = 40"]);
    expect(pages).toEqual(["100 to 40", "100 to 40", "100 to 40"]);
  });

  it("is read over REST", async () => {
    const path = `/tallystick/v1/organizations/${tenant.orgName}/accounts/${accountId}/entries?pageSize=1`;
    expect((await restClient(service.url, tenant.reader).get(path)).body).toMatchObject({
      openingBalance: "0",
      entries: [{ version: "1", amount: "100", posted: "100", transfer: { kind: "TRANSFER_KIND_CREDIT" } }],
      closingBalance: "40",
    });
  });

  it.each([
    ["an account that is none", () => ({ account: "x" }), ["account"]],
    ["an end before the start", () => ({ startTime: timeOf(2), endTime: timeOf(1) }), ["endTime"]],
    ["what is no page", () => ({ pageSize: -1, pageToken: "x" }), ["pageSize", "pageToken"]],
  ])("refuses %s", async (_what, more, fields) => {
    expect(faultyFields(await failureOf(statement(more())))).toEqual(fields);
  });

  it("refuses a counter-account, and one of another organization", async () => {
    const { accounts } = await calls.ledger.listAccounts({ organization: tenant.orgId });
    const counter = accounts.find(({ counterAccount }) => counterAccount === "funding");
    const failure = await failureOf(statement({ account: counter?.id }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(["account"]);
    expect((await failureOf(statement({ account: uuidv7() }))).code).toBe(Code.NotFound);
  });
});
