import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { ExpiryPolicy, type Transfer, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { isWritten } from "../support/lock-waits.ts";
import { restClient } from "../support/rest.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { holdIdOf, ledgerCalls, transferIdOf } from "./ledger-calls.ts";

const { CREDIT, CHARGE, ADJUSTMENT, TRANSFER, REFUND, CAPTURE } = TransferKind;

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  calls = ledgerCalls(service, tenant);
});
afterAll(() => service.stop());

async function counterAccount(name: string): Promise<string> {
  const { accounts } = await calls.ledger.listAccounts({ organization: tenant.orgId });
  return accounts.find((account) => account.counterAccount === name)?.id ?? "";
}

const amounts = (transfers: readonly Transfer[]) => transfers.map(({ amount }) => amount);

/** Books credits of 1, 2, 3, … one after the other. */
async function book(count: number, more: object = {}): Promise<Transfer[]> {
  const booked: Transfer[] = [];
  for (let n = 1; n <= count; n += 1) {
    const { transfer } = await calls.credit(String(n), more);
    if (transfer !== undefined) booked.push(transfer);
  }
  return booked;
}

describe("filters", () => {
  let other: string;
  beforeEach(async () => {
    other = await newCustomer(service, tenant);
    await calls.credit("100", { source: "shop", metadata: { order: "A-1", vip: null } });
    await calls.charge("10", { source: "api", metadata: { order: "A-2" } });
    await calls.transfer({ kind: TRANSFER, amount: "5", toCustomer: other });
    await calls.transfer({ kind: ADJUSTMENT, amount: "-1", currency: "VC" });
    await calls.credit("7", { currency: "USD", customer: other, metadata: { count: 2 } });
    await calls.capture(holdIdOf(await calls.hold("3")));
    await calls.refund(transferIdOf(await calls.charge("2")));
  });
  const listed = async (asked: object) =>
    amounts(await calls.listAll({ ascending: true, pageSize: 2, ...asked }));

  it("by kind", async () => {
    expect(await listed({ kind: CREDIT })).toEqual(["100", "7"]);
    expect(await listed({ kind: CHARGE })).toEqual(["10", "2"]);
    expect(await listed({ kind: TRANSFER })).toEqual(["5"]);
    expect(await listed({ kind: ADJUSTMENT })).toEqual(["-1"]);
    expect(await listed({ kind: CAPTURE })).toEqual(["3"]);
    expect(await listed({ kind: REFUND })).toEqual(["2"]);
  });

  it("by source, by a key of the metadata, and by its value", async () => {
    expect(await listed({ source: "api" })).toEqual(["10"]);
    expect(await listed({ metadataKey: "order" })).toEqual(["100", "10"]);
    expect(await listed({ metadataKey: "vip" })).toEqual(["100"]);
    expect(await listed({ metadataKey: "order", metadataValue: "A-2" })).toEqual(["10"]);
    expect(await listed({ metadataKey: "count", metadataValue: "2" })).toEqual(["7"]);
    expect(await listed({ metadataKey: "order", source: "nowhere" })).toEqual([]);
  });

  it("by customer, on either side and in every currency", async () => {
    expect(await listed({ customer: other })).toEqual(["5", "7"]);
    const email = `customer@${tenant.orgName}.example`;
    expect(await listed({ customer: email })).toEqual(["100", "10", "5", "-1", "3", "2", "2"]);
    expect(await listed({ customer: await newCustomer(service, tenant) })).toEqual([]);
  });

  it("by account, a customer's or a counter-account", async () => {
    const { accountId } = await calls.hold("1");
    expect(await listed({ account: accountId })).toEqual(["100", "10", "5", "-1", "3", "2", "2"]);
    expect(await listed({ account: await counterAccount("revenue") })).toEqual(["10", "3", "2", "2"]);
    expect(await listed({ account: await counterAccount("adjustments") })).toEqual(["-1"]);
  });

  it("by account and customer: what is between them", async () => {
    const { accountId } = await calls.hold("1");
    expect(await listed({ account: accountId, customer: other })).toEqual(["5"]);
    expect(await listed({ account: accountId, customer: tenant.billingId, kind: CHARGE })).toEqual([
      "10",
      "2",
    ]);
    expect(await listed({ account: await counterAccount("adjustments"), customer: other })).toEqual([]);
    const customer = tenant.billingId;
    expect(await listed({ account: await counterAccount("adjustments"), customer })).toEqual(["-1"]);
  });

  it.each([
    ["an account that is none", { account: "x" }, ["account"]],
    ["a kind that there is not", { kind: 99 as TransferKind }, ["kind"]],
    ["a value without its key", { metadataValue: "x" }, ["metadataKey"]],
    ["what is no page", { pageSize: -1, pageToken: "x" }, ["pageSize"]],
    ["what is no token", { pageToken: "x" }, ["pageToken"]],
    ["what is no token, oldest first", { pageToken: "x", ascending: true }, ["pageToken"]],
    ["to begin now, newest first", { fromNow: true }, ["fromNow"]],
    [
      "an end before the start",
      { startTime: timestampFromMs(2_000), endTime: timestampFromMs(1_000) },
      ["endTime"],
    ],
  ])("refuse %s", async (_what, asked, fields) => {
    const call = calls.ledger.listTransfers({ organization: tenant.orgId, ...asked });
    expect(faultyFields(await failureOf(call))).toEqual(fields);
  });

  it("refuse an account and a customer that there are not", async () => {
    for (const named of [{ account: uuidv7() }, { customer: uuidv7() }]) {
      const call = calls.ledger.listTransfers({ organization: tenant.orgId, ...named });
      expect((await failureOf(call)).code).toBe(Code.NotFound);
    }
  });
});

it("filters by time, the start included and the end not", async () => {
  const booked = await book(6);
  const times = booked.map(({ createTime }) => timestampMs(createTime ?? timestampFromMs(0)));
  const [from = 0, to = 0] = [times[1], times[4]];
  const expected = booked.filter((_, n) => (times[n] ?? 0) >= from && (times[n] ?? 0) < to);
  const period = { startTime: timestampFromMs(from), endTime: timestampFromMs(to) };
  const { accountId } = await calls.hold("1");
  for (const named of [{}, { customer: tenant.billingId }, { account: accountId }]) {
    const listed = await calls.listAll({ ...period, ...named });
    expect(amounts(listed).sort()).toEqual(amounts(expected));
  }
});

describe("order", () => {
  it("is newest first, unless oldest first is asked for, by account exactly as it was booked", async () => {
    const requests = Array.from({ length: 20 }, (_, n) => ({
      ...{ customer: tenant.billingId, currency: "VC", kind: CREDIT },
      ...{ amount: String(n + 1), key: `k${n}` },
    }));
    await calls.ledger.batchCreateTransfers({ organization: tenant.orgId, requests, atomic: true });
    const { accountId } = await calls.hold("1");
    const inOrder = requests.map(({ amount }) => amount);
    const oldestFirst = await calls.listAll({ account: accountId, ascending: true, pageSize: 3 });
    expect(amounts(oldestFirst)).toEqual(inOrder);
    expect(amounts(await calls.listAll({ account: accountId, pageSize: 3 }))).toEqual([...inOrder].reverse());
    const followed = await calls.listAll({ ascending: true, pageSize: 3 });
    expect(amounts(followed)).toEqual(inOrder);
    // One batch has one moment, so by time it is in the order of the ids, each of them once.
    const byTime = await calls.listAll({ pageSize: 7 });
    expect(byTime.map(({ id }) => id)).toEqual([...followed.map(({ id }) => id)].sort().reverse());
  });

  it("comes over REST", async () => {
    await book(3);
    const path = `/tallystick/v1/organizations/${tenant.orgName}/transfers?pageSize=2&kind=TRANSFER_KIND_CREDIT`;
    const client = restClient(service.url, tenant.reader);
    const { body } = await client.get(path);
    expect(body).toMatchObject({ transfers: [{ amount: "3" }, { amount: "2" }] });
    const { nextPageToken } = body as { nextPageToken: string };
    expect((await client.get(`${path}&pageToken=${nextPageToken}`)).body).toMatchObject({
      transfers: [{ amount: "1" }],
    });
  });
});

describe("page tokens, while rows are being added", () => {
  const ways = (account: string) => [{}, { customer: tenant.billingId }, { account }];

  it("neither skip nor repeat, newest first", async () => {
    await book(7);
    const { accountId } = await calls.hold("1");
    for (const named of ways(accountId)) {
      const before = await calls.listAll(named);
      const seen: Transfer[] = [];
      let pageToken = "";
      do {
        const asked = { organization: tenant.orgId, pageSize: 2, pageToken, ...named };
        const page = await calls.ledger.listTransfers(asked);
        seen.push(...page.transfers);
        pageToken = page.nextPageToken;
        await calls.credit("1");
      } while (pageToken !== "");
      expect(seen).toEqual(before);
    }
  });

  it("neither skip nor repeat, oldest first, while many write through two instances", async () => {
    const other = ledgerCalls(await service.another(), tenant);
    const writers = await Promise.all(Array.from({ length: 8 }, () => newCustomer(service, tenant)));
    let isDone = false;
    const writing = Promise.all(
      writers.map(async (customer, writer) => {
        const ids: string[] = [];
        for (let n = 0; n < 8; n += 1)
          ids.push(transferIdOf(await (writer % 2 === 0 ? calls : other).credit("1", { customer })));
        return ids;
      }),
    ).finally(() => {
      isDone = true;
    });
    const seen: string[] = [];
    let pageToken = "";
    for (let isEnd = false; !isEnd; ) {
      const wasDone = isDone;
      const asked = { organization: tenant.orgId, ascending: true, pageSize: 7, pageToken };
      // Either instance takes the tokens of the other.
      const page = await (seen.length % 2 === 0 ? calls : other).ledger.listTransfers(asked);
      seen.push(...page.transfers.map(({ id }) => id));
      expect(page.nextPageToken).not.toBe("");
      pageToken = page.nextPageToken;
      isEnd = wasDone && page.transfers.length === 0;
    }
    const booked = (await writing).flat();
    expect(seen.length).toBe(booked.length);
    expect([...seen].sort()).toEqual([...booked].sort());
  });

  it("begin now, oldest first, with a token behind all that there is", async () => {
    await calls.credit("7");
    const asked = { organization: tenant.orgId, ascending: true, fromNow: true };
    const begun = await calls.ledger.listTransfers(asked);
    expect(begun.transfers).toEqual([]);
    const { id } = (await calls.charge("1")).transfer ?? {};
    const page = await calls.ledger.listTransfers({ ...asked, pageToken: begun.nextPageToken });
    expect(page.transfers.map((each) => each.id)).toEqual([id]);
    const rest = await calls.ledger.listTransfers({ ...asked, pageToken: page.nextPageToken });
    expect(rest.transfers).toEqual([]);
  });

  it("wait for nobody, oldest first, and bring a settlement that has its moment once it commits", async () => {
    let proxy: CommitProxy | undefined;
    const reach = async (url: string) => {
      proxy = await startCommitProxy(url);
      return proxy.url;
    };
    const slow = ledgerCalls(await service.another({ reach }), tenant);
    const quick = await newCustomer(service, tenant);
    await slow.credit("7");
    await book(3, { customer: quick });
    const letGo = proxy?.keepBack();
    const settled = slow.credit("77");
    await withSql(service.databaseUrl, async (sql) => {
      await until(() => isWritten(sql, "operations"));
    });
    await book(2, { customer: quick });

    const page = async (pageToken: string) => {
      const asked = { organization: tenant.orgId, ascending: true, pageSize: 4, pageToken };
      const { transfers, nextPageToken } = await calls.ledger.listTransfers(asked);
      return { amounts: amounts(transfers), nextPageToken };
    };
    const first = await page("");
    expect(first.amounts).toEqual(["7", "1", "2", "3"]);
    const second = await page(first.nextPageToken);
    expect(second.amounts).toEqual(["1", "2"]);
    letGo?.();
    await settled;
    const third = await page(second.nextPageToken);
    expect(third.amounts).toEqual(["77"]);
    await book(1, { customer: quick });
    expect((await page(third.nextPageToken)).amounts).toEqual(["1"]);
    await proxy?.close();
  });
});

it("is for the organization's own callers", async () => {
  const other = await service.tenant();
  const call = ledgerCalls(service, tenant, other.admin).listAll();
  expect((await failureOf(call)).code).toBe(Code.PermissionDenied);
  const { accountId } = await calls.credit("1");
  const theirs = ledgerCalls(service, other);
  expect((await failureOf(theirs.listAll({ account: accountId }))).code).toBe(Code.NotFound);
  expect((await failureOf(theirs.listAll({ customer: tenant.billingId }))).code).toBe(Code.NotFound);
});

it("lists a capture by expiry that nobody has booked yet, of its customer", async () => {
  await calls.credit("50");
  const hold = holdIdOf(
    await calls.hold("20", { ttl: durationFromMs(1_000), onExpiry: ExpiryPolicy.CAPTURE }),
  );
  await until(async () => {
    const { transfers } = await calls.ledger.listTransfers({
      organization: tenant.orgId,
      customer: tenant.billingId,
    });
    return transfers.some(({ holdId }) => holdId === hold);
  });
});
