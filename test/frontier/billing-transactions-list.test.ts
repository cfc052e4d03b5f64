import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { BillingTransaction } from "../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
let all: BillingTransaction[];
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
  for (const amount of [1n, 2n, 3n, 4n]) await charge(tenant, [amount]);
  all = (await frontier().listBillingTransactions({ orgId: tenant.orgId })).transactions;
});
afterAll(() => service.stop());

const frontier = (as = tenant.reader) => connectClients(service.url, as).frontier;
const idsOf = (transactions: readonly BillingTransaction[]) => transactions.map(({ id }) => id);

async function charge({ orgId, writer }: Tenant, amounts: readonly bigint[]): Promise<void> {
  const usages = amounts.map((amount) => ({ id: uuidv7(), amount, source: "api" }));
  await frontier(writer).createBillingUsage({ orgId, usages });
}

/** A timestamp as a number of nanoseconds since 1970. */
function nanosOf({ seconds, nanos }: Pick<Timestamp, "seconds" | "nanos">): bigint {
  return seconds * 1_000_000_000n + BigInt(nanos);
}

function timeOf(transaction: BillingTransaction | undefined): bigint {
  if (transaction?.createdAt === undefined) throw new Error("a transaction without a time");
  return nanosOf(transaction.createdAt);
}

function timestampOf(nanos: bigint) {
  return { seconds: nanos / 1_000_000_000n, nanos: Number(nanos % 1_000_000_000n) };
}

it("lists newest first, credits and debits alike", () => {
  expect(all.map(({ type, amount }) => [type, amount])).toEqual([
    ["debit", 4n],
    ["debit", 3n],
    ["debit", 2n],
    ["debit", 1n],
    ["credit", 100n],
  ]);
});

it.each([
  ["generation A: organization and account", () => ({ orgId: tenant.orgName, billingId: tenant.billingId })],
  ["generation B: the organization alone", () => ({ orgId: tenant.orgId })],
  ["the account alone", () => ({ billingId: tenant.billingId })],
])("%s", async (_generation, request) => {
  expect((await frontier().listBillingTransactions(request())).transactions).toEqual(all);
});

it.each([
  ["with the account in the path", () => `${tenant.orgId}/billing/${tenant.billingId}/transactions`],
  ["with the organization alone", () => `${tenant.orgName}/billing/transactions`],
])("over REST, %s", async (_path, path) => {
  const { status, body } = await restClient(service.url, tenant.reader).get(
    `/v1beta1/organizations/${path()}`,
  );
  const { transactions } = body as { transactions: unknown[] };
  expect(status).toBe(200);
  expect(transactions).toHaveLength(all.length);
  expect(transactions[0]).toEqual({
    id: all[0]?.id,
    customer_id: tenant.billingId,
    source: "api",
    amount: "4",
    type: "debit",
    description: "",
    user_id: "",
    metadata: {},
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
    user: null,
    customer: null,
  });
});

it("expands the customer", async () => {
  const request = { orgId: tenant.orgId, expand: ["customer"] };
  const { transactions } = await frontier().listBillingTransactions(request);
  expect(transactions[0]?.customer).toMatchObject({ id: tenant.billingId, name: "Customer" });
});

it("expands a user to the id that the usage gave, and nobody where it gave none", async () => {
  const { orgId, writer } = await service.tenant({ credits: 10 });
  const usages = [{ id: uuidv7(), amount: 1n, userId: "ann" }];
  await frontier(writer).createBillingUsage({ orgId, usages });
  const { transactions } = await frontier(writer).listBillingTransactions({ orgId, expand: ["User"] });
  expect(transactions.map(({ user }) => user?.id)).toEqual(["ann", undefined]);
});

it("answers an empty list where there is no account, and where nothing was booked", async () => {
  const { organizations } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({ name: "no-billing" });
  const platform = frontier(service.platform);
  expect((await platform.listBillingTransactions({ orgId: organization?.id ?? "" })).transactions).toEqual(
    [],
  );
  const { orgId } = await service.tenant();
  expect((await platform.listBillingTransactions({ orgId })).transactions).toEqual([]);
});

describe("a range of time", () => {
  const list = async (range: { startRange?: bigint; endRange?: bigint; since?: bigint }) => {
    const times = Object.entries(range).map(([field, nanos]) => [field, timestampOf(nanos)]);
    const request = { orgId: tenant.orgId, ...Object.fromEntries(times) };
    return idsOf((await frontier().listBillingTransactions(request)).transactions);
  };
  const within = (isIn: (time: bigint) => boolean) => idsOf(all.filter((each) => isIn(timeOf(each))));

  it("includes both its ends", async () => {
    const [from, to] = [timeOf(all[3]), timeOf(all[1])];
    expect(await list({ startRange: from, endRange: to })).toEqual(within((at) => at >= from && at <= to));
    expect(await list({ startRange: from })).toEqual(within((at) => at >= from));
    expect(await list({ endRange: to })).toEqual(within((at) => at <= to));
  });

  it("is exact to the nanosecond", async () => {
    const at = timeOf(all[2]);
    expect(await list({ startRange: at + 1n })).toEqual(within((time) => time > at));
    expect(await list({ endRange: at - 1n })).toEqual(within((time) => time < at));
    expect(await list({ endRange: at + 999_999n })).toEqual(within((time) => time <= at));
    expect(await list({ startRange: at - 999_999n })).toEqual(within((time) => time >= at));
  });

  it("takes `since` for its start, unless that is given by its new name", async () => {
    const [oldest, newest] = [timeOf(all[4]), timeOf(all[0])];
    expect(await list({ since: newest })).toEqual(within((at) => at >= newest));
    expect(await list({ since: newest, startRange: oldest })).toEqual(idsOf(all));
  });

  it("is empty when it ends before it starts", async () => {
    expect(await list({ startRange: timeOf(all[0]) + 1n, endRange: timeOf(all[4]) - 1n })).toEqual([]);
  });

  it("works over REST", async () => {
    const time = new Date(Number(timeOf(all[0]) / 1_000_000n)).toISOString();
    const path = `/v1beta1/organizations/${tenant.orgId}/billing/transactions?start_range=${time}&end_range=${time}`;
    const { body } = await restClient(service.url, tenant.reader).get(path);
    const ids = (body as { transactions: { id: string }[] }).transactions.map(({ id }) => id);
    expect(ids).toEqual(within((at) => at === timeOf(all[0])));
  });
});

describe("pages", () => {
  it("lead through everything once, also while more is booked", async () => {
    const growing = await service.tenant({ credits: 10 });
    await charge(growing, [1n, 2n]);
    await charge(growing, [3n]);
    const client = frontier(growing.reader);
    const expected = idsOf((await client.listBillingTransactions({ orgId: growing.orgId })).transactions);
    const seen: string[] = [];
    for (let pageToken = "", pages = 1; ; pages += 1) {
      const request = { orgId: growing.orgId, pageSize: 2, pageToken };
      const page = await client.listBillingTransactions(request);
      seen.push(...idsOf(page.transactions));
      pageToken = page.nextPageToken;
      await charge(growing, [1n]);
      if (pageToken === "") {
        expect(pages).toBe(2);
        break;
      }
    }
    expect(seen).toEqual(expected);
  });

  it("work over REST", async () => {
    const client = restClient(service.url, tenant.reader);
    const path = `/v1beta1/organizations/${tenant.orgId}/billing/transactions?page_size=4`;
    const first = (await client.get(path)).body as {
      transactions: { id: string }[];
      next_page_token: string;
    };
    const second = (await client.get(`${path}&page_token=${first.next_page_token}`)).body as typeof first;
    expect([...first.transactions, ...second.transactions].map(({ id }) => id)).toEqual(idsOf(all));
    expect(second.next_page_token).toBe("");
  });
});

describe("refusals", () => {
  const refused = (request: object, as = tenant.reader) =>
    failureOf(frontier(as).listBillingTransactions({ orgId: tenant.orgId, ...request }));

  it.each([
    ["a page below zero", { pageSize: -1 }, ["pageSize"]],
    ["too large a page", { pageSize: 10_001 }, ["pageSize"]],
    ["a token that was never given", { pageToken: "next" }, ["pageToken"]],
    ["an account that is no UUID", { billingId: "one" }, ["billingId"]],
  ])("%s", async (_what, request, fields) => {
    const failure = await refused(request);
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("an account that does not exist, or belongs to another organization", async () => {
    const other = await service.tenant();
    for (const billingId of [uuidv7(), other.billingId]) {
      expect((await refused({ billingId }, service.platform)).code).toBe(Code.NotFound);
    }
  });

  it("strangers, and other organizations' callers", async () => {
    const other = await service.tenant();
    expect((await refused({}, { ...tenant.reader, clientSecret: "wrong" })).code).toBe(Code.Unauthenticated);
    expect((await refused({}, other.admin)).code).toBe(Code.PermissionDenied);
  });
});

describe("more than 10,000", () => {
  const rowsMax = 10_000;
  let busy: Tenant;
  beforeAll(async () => {
    busy = await service.tenant({ credits: rowsMax });
    for (let rows = 1; rows < rowsMax; rows += 1_000) {
      await charge(busy, Array(Math.min(1_000, rowsMax - rows)).fill(1n));
    }
  });

  it("are answered in pages only", async () => {
    const client = frontier(busy.reader);
    const { orgId } = busy;
    const { transactions: exactly } = await client.listBillingTransactions({ orgId });
    expect(new Set(idsOf(exactly)).size).toBe(rowsMax);

    await charge(busy, [1n]);
    expect(await failureOf(client.listBillingTransactions({ orgId }))).toMatchObject({
      code: Code.ResourceExhausted,
      reason: "RESULT_TOO_LARGE",
      message: "more than 10000 rows match; ask for them in pages, with page_size and page_token",
      metadata: { rows_max: "10000" },
    });
    const first = await client.listBillingTransactions({ orgId, pageSize: rowsMax });
    const rest = await client.listBillingTransactions({ orgId, pageToken: first.nextPageToken });
    expect([first.transactions.length, rest.transactions.length, rest.nextPageToken]).toEqual([
      rowsMax,
      1,
      "",
    ]);
  });
});
