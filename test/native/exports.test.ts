import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import {
  type Entry,
  type ExportEntriesResponse,
  LedgerService,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { Amount } from "../../src/domain/amount.ts";
import { authorizing } from "../protocols/connect.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { ledgerCalls } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let other: string;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
  const { charge, transfer, hold, ledger } = ledgerCalls(service, tenant);
  other = await newCustomer(service, tenant);
  await service.credit(tenant, "9.5", "USD");
  await charge("30", { key: "call-1", description: "a call", source: "api" });
  await hold("5");
  await transfer({ kind: TransferKind.TRANSFER, toCustomer: other, amount: "20" });
  await ledger.batchCreateTransfers({
    organization: tenant.orgId,
    requests: Array.from({ length: 300 }, () => ({
      ...{ customer: other, kind: TransferKind.CREDIT, amount: "1", currency: "VC" },
    })),
  });
});
afterAll(() => service.stop());

type Asked = Parameters<ReturnType<typeof ledgerCalls>["ledger"]["exportEntries"]>[0];

async function exported(asked: Asked = {}, of = tenant, as = of.reader): Promise<ExportEntriesResponse[]> {
  const { ledger } = ledgerCalls(service, of, as);
  const messages: ExportEntriesResponse[] = [];
  for await (const message of ledger.exportEntries({ organization: of.orgId, ...asked }))
    messages.push(message);
  return messages;
}

const entriesOf = (messages: readonly ExportEntriesResponse[]) => messages.flatMap(({ entries }) => entries);
const lineOf = ({ customerId, counterAccount, amount, posted, version, transfer }: Entry) =>
  `${counterAccount || customerId} ${amount} ${transfer?.currency} = ${posted} (${version})`;

describe("ExportEntries", () => {
  it("streams both entries of each transfer, oldest first, which sum to zero", async () => {
    const messages = await exported();
    const entries = entriesOf(messages);
    const { billingId: one } = tenant;
    expect(entries.slice(0, 8).map(lineOf)).toEqual([
      ...["funding -100 VC =  (0)", `${one} 100 VC = 100 (1)`],
      ...["funding -9.5 USD =  (0)", `${one} 9.5 USD = 9.5 (1)`],
      ...[`${one} -30 VC = 70 (2)`, "revenue 30 VC =  (0)"],
      ...[`${one} -20 VC = 50 (3)`, `${other} 20 VC = 20 (1)`],
    ]);
    expect(entries[4]?.transfer).toMatchObject({ key: "call-1", description: "a call", source: "api" });
    expect(entries).toHaveLength(608);
    const sum = (currency: string) =>
      entries
        .filter(({ transfer }) => transfer?.currency === currency)
        .reduce((total, { amount }) => total.plus(Amount.of(amount)), Amount.zero);
    expect([sum("VC"), sum("USD")].map(String)).toEqual(["0", "0"]);
    // Every message but the last has a token.
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.map(({ nextPageToken }) => nextPageToken === "")).toEqual(
      messages.map((_, index) => index === messages.length - 1),
    );
    expect(new Set(messages.map(({ closed }) => closed))).toEqual(new Set([true]));
  });

  it.each([
    ["a whole organization", () => ({})],
    ["a counter-account", () => ({ counterAccount: "funding" })],
    ["a customer", () => ({ customer: other })],
  ])("goes on behind any message of %s, in the period with which it began", async (_what, filter) => {
    const messages = await exported(filter());
    const [{ endTime } = {}] = messages;
    await service.credit(tenant, "1", "EUR");
    for (const [index, { nextPageToken }] of messages.entries()) {
      if (nextPageToken === "") continue;
      const rest = await exported({ ...filter(), pageToken: nextPageToken });
      expect(entriesOf(rest)).toEqual(entriesOf(messages.slice(index + 1)));
      expect(rest.map((each) => each.endTime)).toEqual(rest.map(() => endTime));
    }
    expect(entriesOf(await exported({ ...filter(), ...(endTime && { endTime }) }))).toEqual(
      entriesOf(messages),
    );
  });

  it("goes on with the customer with which it began, whoever has the email by now", async () => {
    const email = "moved@example.com";
    const { customers, ledger } = connectClients(service.url, tenant.writer);
    const organization = tenant.orgId;
    const mover = await newCustomer(service, tenant, { email });
    const credit = (customer: string, currency: string) =>
      ledger.createTransfer({ organization, customer, kind: TransferKind.CREDIT, amount: "1", currency });
    for (const currency of ["EUR", "VC"]) await credit(mover, currency);
    const [first, ...rest] = await exported({ customer: email });
    await customers.updateCustomer({ organization, customer: mover, email: "gone@example.com" });
    await credit(await newCustomer(service, tenant, { email }), "VC");
    const pageToken = first?.nextPageToken ?? "";
    expect(await exported({ customer: email, pageToken })).toEqual(rest);
  });

  it("has the entries of a customer account by account, as statements have them", async () => {
    const { billingId } = tenant;
    const endTime = (await exported())[0]?.endTime;
    const entries = entriesOf(await exported({ customer: billingId, ...(endTime && { endTime }) }));
    expect(new Set(entries.map(({ customerId }) => customerId))).toEqual(new Set([billingId]));
    const inVc = entries.filter(({ transfer }) => transfer?.currency === "VC");
    expect(entries.filter(({ transfer }) => transfer?.currency === "USD").map(lineOf)).toEqual([
      `${billingId} 9.5 USD = 9.5 (1)`,
    ]);
    expect(entries.slice(-inVc.length)).toEqual(inVc);
    const { ledger } = ledgerCalls(service, tenant, tenant.reader);
    const account = inVc[0]?.accountId ?? "";
    const stated = await ledger.listEntries({ organization: tenant.orgId, account });
    expect(inVc).toEqual(stated.entries.slice(0, inVc.length));
    const [first] = entriesOf(await exported({ customer: billingId, currency: "USD" }));
    expect(first?.transfer?.currency).toBe("USD");
  });

  it("has those of a counter-account, of a currency and of a period", async () => {
    const revenue = entriesOf(await exported({ counterAccount: "revenue" }));
    expect(revenue.map(lineOf)).toEqual(["revenue 30 VC =  (0)"]);
    const dollars = entriesOf(await exported({ currency: "USD" }));
    expect(dollars.map(({ amount }) => amount)).toEqual(["-9.5", "9.5"]);
    const startTime = revenue[0]?.transfer?.createTime ?? timestampFromMs(0);
    const endTime = timestampFromMs(timestampMs(startTime) + 1);
    expect(entriesOf(await exported({ startTime, endTime, currency: "VC" })).map(lineOf)).toContain(
      "revenue 30 VC =  (0)",
    );
    expect(await exported({ endTime: timestampFromMs(0) })).toMatchObject([
      { entries: [], nextPageToken: "", closed: true },
    ]);
    expect(await exported({ endTime: timestampFromMs(Date.now() + 86_400_000) })).toContainEqual(
      expect.objectContaining({ nextPageToken: "", closed: false }),
    );
  });

  it("is the same over every protocol", async () => {
    const [{ endTime } = {}] = await exported();
    const expected = entriesOf(await exported({ ...(endTime && { endTime }) }));
    const options = { baseUrl: service.url, interceptors: [authorizing(tenant.reader)] };
    const transports = [
      createGrpcTransport(options),
      createGrpcWebTransport({ ...options, httpVersion: "1.1" }),
      createConnectTransport({ ...options, httpVersion: "1.1" }),
    ];
    for (const transport of transports) {
      const entries: Entry[] = [];
      const asked = { organization: tenant.orgId, ...(endTime && { endTime }) };
      for await (const message of createClient(LedgerService, transport).exportEntries(asked))
        entries.push(...message.entries);
      expect(entries).toEqual(expected);
    }
    const until = new Date(timestampMs(endTime ?? timestampFromMs(0))).toISOString();
    const answer = await fetch(
      `${service.url}/tallystick/v1/organizations/${tenant.orgName}/entries:export?endTime=${until}`,
      { headers: { authorization: basic(tenant.reader) } },
    );
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await answer.text()).trimEnd().split("\n");
    const amounts = lines.flatMap((line) => JSON.parse(line).entries as { amount: string }[]);
    expect(amounts.map(({ amount }) => amount)).toEqual(expected.map(({ amount }) => amount));
  });

  it("has the same entries each time of a period that is closed, whoever writes meanwhile", async () => {
    const busy = await service.tenant({ credits: 1_000 });
    const { charge } = ledgerCalls(service, busy);
    let isOver = false;
    const write = async () => {
      while (!isOver) await charge("1");
    };
    const writers = Array.from({ length: 4 }, write);
    try {
      for (let round = 0; round < 3; round += 1) {
        const first = await exported({}, busy);
        const [{ endTime, closed } = { closed: false }] = first;
        expect(closed).toBe(true);
        const again = await exported({ ...(endTime && { endTime }) }, busy);
        expect(entriesOf(again)).toEqual(entriesOf(first));
      }
    } finally {
      isOver = true;
      await Promise.all(writers);
    }
  });

  it.each([
    [
      "a customer and a counter-account",
      () => ({ customer: other, counterAccount: "funding" }),
      ["counterAccount"],
    ],
    ["what is no token", () => ({ pageToken: "x" }), ["pageToken"]],
    [
      "an end before the start",
      () => ({ startTime: timestampFromMs(2), endTime: timestampFromMs(1) }),
      ["endTime"],
    ],
  ])("refuses %s", async (_what, asked, fields) => {
    const failure = await failureOf(exported(asked()));
    expect([failure.code, failure.reason]).toEqual([Code.InvalidArgument, "INVALID_FIELDS"]);
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("refuses the token of another export, whoever is not there, and who may not", async () => {
    const [{ nextPageToken } = { nextPageToken: "" }] = await exported();
    for (const asked of [{ currency: "VC" }, { customer: other }]) {
      const failure = await failureOf(exported({ ...asked, pageToken: nextPageToken }));
      expect(faultyFields(failure)).toEqual(["pageToken"]);
    }
    expect((await failureOf(exported({ customer: "nobody@example.com" }))).code).toBe(Code.NotFound);
    const stranger = (await service.tenant()).reader;
    expect((await failureOf(exported({}, tenant, stranger))).code).toBe(Code.PermissionDenied);
  });
});
