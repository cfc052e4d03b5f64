import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const frontier = (as = tenant.writer) => connectClients(service.url, as).frontier;
const usage = (amount: bigint, rest: { id?: string } = {}) => ({
  id: uuidv7(),
  amount,
  source: "api",
  ...rest,
});

const native = () => connectClients(service.url, tenant.writer).ledger;
const uuidv1 = "c232ab00-9414-11ec-b3c8-9f6bdeced846";

async function charge(usages: readonly ReturnType<typeof usage>[]): Promise<void> {
  await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [...usages] });
}

async function balance(): Promise<bigint | undefined> {
  return (await frontier().getBillingBalance({ orgId: tenant.orgId })).balance?.amount;
}

async function debits(): Promise<string[]> {
  const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
  return transactions.filter(({ type }) => type === "debit").map(({ id }) => id);
}

describe("charges", () => {
  it.each([
    [
      "generation A: organization and account",
      () => ({ orgId: tenant.orgName, billingId: tenant.billingId }),
    ],
    ["generation A: a project, which means nothing", () => ({ orgId: tenant.orgId, projectId: uuidv7() })],
    ["generation B: the organization alone", () => ({ orgId: tenant.orgId })],
    ["the account alone", () => ({ billingId: tenant.billingId })],
  ])("%s", async (_generation, names) => {
    await frontier().createBillingUsage({ ...names(), usages: [usage(30n)] });
    expect(await balance()).toBe(70n);
  });

  it.each([
    [
      "with the account in the path",
      () => `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/usages`,
    ],
    ["with the organization in the body", () => "/v1beta1/organizations/billing/usages"],
  ])("over REST, %s", async (_path, path) => {
    const body = { org_id: tenant.orgId, usages: [{ id: uuidv7(), amount: 30, source: "api" }] };
    const answer = await restClient(service.url, tenant.writer).post(path(), body);
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect(await balance()).toBe(70n);
  });

  it("keeps all that a usage says, with its source in lower case", async () => {
    const id = uuidv7();
    const said = { description: "Two GPUs", userId: "user-7", metadata: { gpu: ["a", "b"], hours: 1.5 } };
    const asked = { id: id.toUpperCase(), amount: 2n, source: "Compute.GPU", type: "credit", ...said };
    await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [asked] });
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(transactions[0]).toMatchObject({
      id,
      customerId: tenant.billingId,
      amount: 2n,
      type: "debit",
      source: "compute.gpu",
      ...said,
    });
  });

  it("keeps texts that are as long as they may be, and gives the usage back with them", async () => {
    const id = uuidv7();
    const said = {
      source: "s".repeat(1_024),
      description: "d".repeat(16_384),
      userId: "u".repeat(1_024),
      metadata: { text: "m".repeat(65_536 - 11) },
    };
    await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [{ id, amount: 2n, ...said }] });
    const { admin } = connectClients(service.url, service.platform);
    await admin.revertBillingUsage({
      orgId: tenant.orgId,
      billingId: tenant.billingId,
      usageId: id,
      amount: 2n,
    });
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(transactions.slice(0, 2)).toMatchObject([
      { source: `system.revert.${said.source}`, description: `Revert: ${said.description}` },
      said,
    ]);
  });

  it("writes down `system` where a usage says no source, and knows it again by what it said", async () => {
    const silent = { id: uuidv7(), amount: 2n };
    const charge = (usages: object[]) => frontier().createBillingUsage({ orgId: tenant.orgId, usages });
    await charge([silent]);
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(transactions[0]).toMatchObject({ id: silent.id, source: "system" });
    expect((await failureOf(charge([silent]))).reason).toBe("KEY_REUSED");
  });

  it.each([
    ["under a key", (transfer: object) => native().createTransfer(transfer), { key: "call-1" }],
    ["under a UUID of its own", (transfer: object) => native().createTransfer(transfer), { key: uuidv1 }],
    ["without a key", (transfer: object) => native().createTransfer(transfer), {}],
  ])("knows what another interface booked %s, under the id that is shown", async (_what, book, keyed) => {
    const kind = TransferKind.CHARGE;
    await book({
      ...{ organization: tenant.orgId, customer: tenant.billingId, kind, amount: "30", currency: "VC" },
      ...keyed,
    });
    const [id = "none"] = await debits();
    expect(await failureOf(charge([usage(30n, { id })]))).toMatchObject({
      code: Code.AlreadyExists,
      reason: "KEY_CONFLICT",
      metadata: { transfer: id },
    });
    const refused = await failureOf(charge([usage(5n), usage(30n, { id: id.toUpperCase() })]));
    expect(refused.code).toBe(Code.FailedPrecondition);
    expect(await debits()).toEqual([id]);
    expect(await balance()).toBe(70n);
  });

  it("knows its own usages by ids of every version of UUIDs", async () => {
    for (const id of [
      uuidv1,
      "886313e1-3b8a-5372-9b90-0c9aee199e5d",
      "320c3d4d-cc00-875b-8ec9-32d5f69181c0",
    ]) {
      await charge([usage(1n, { id })]);
      expect((await failureOf(charge([usage(1n, { id })]))).reason).toBe("KEY_REUSED");
      expect((await debits())[0]).toBe(id);
    }
    expect(await balance()).toBe(97n);
  });

  it("counts the characters of a text as readers do", async () => {
    const charge = (count: number) => {
      const description = "\u{1f600}".repeat(count);
      return frontier().createBillingUsage({
        orgId: tenant.orgId,
        usages: [{ id: uuidv7(), amount: 1n, description }],
      });
    };
    await charge(16_384);
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(transactions[0]?.description).toBe("\u{1f600}".repeat(16_384));
    expect(await failureOf(charge(16_385))).toMatchObject({
      message: "usages[0].description: has 16385 characters; at most 16384 fit",
    });
  });

  it("takes the last credit, and then no more", async () => {
    await charge([usage(99n), usage(1n)]);
    expect(await balance()).toBe(0n);
    expect((await failureOf(charge([usage(1n)]))).reason).toBe("INSUFFICIENT_FUNDS");
  });

  it("keeps to the minimum balance, below zero and above", async () => {
    const setMinimum = (minimum: number) =>
      withSql(
        service.databaseUrl,
        (sql) =>
          sql`update accounts set minimum_balance = ${minimum} where customer_id = ${tenant.billingId}`,
      );
    await setMinimum(-100);
    await charge([usage(200n)]);
    expect((await failureOf(charge([usage(1n)]))).metadata).toMatchObject({
      minimum_balance: "-100",
      available: "0",
    });
    await service.credit(tenant, "160");
    await setMinimum(50);
    await charge([usage(10n)]);
    expect((await failureOf(charge([usage(1n)]))).metadata).toMatchObject({
      minimum_balance: "50",
      available: "0",
    });
    expect(await balance()).toBe(50n);
  });
});

describe("a usage of nothing", () => {
  it("is accepted, shown nowhere, and known", async () => {
    const nothing = usage(0n);
    await charge([nothing]);
    expect(await balance()).toBe(100n);
    expect(await debits()).toEqual([]);
    expect((await failureOf(charge([nothing]))).reason).toBe("KEY_REUSED");
    expect((await failureOf(charge([{ ...nothing, amount: 1n }]))).metadata).toMatchObject({
      differing: "amount",
    });
    expect(await balance()).toBe(100n);
  });
});

describe("all or none", () => {
  it("books nothing when one does not fit, and names it", async () => {
    const failure = await failureOf(charge([usage(60n), usage(50n), usage(40n)]));
    expect(failure).toMatchObject({
      code: Code.InvalidArgument,
      message: "insufficient credits",
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "40", required: "50", currency: "VC", refused: "1" },
    });
    expect(faultyFields(failure)).toEqual(["usages[1].amount"]);
    expect(await balance()).toBe(100n);
    expect(await debits()).toEqual([]);
  });

  it("names every usage that does not fit", async () => {
    const failure = await failureOf(charge([usage(101n), usage(1n), usage(200n)]));
    expect(faultyFields(failure)).toEqual(["usages[0].amount", "usages[2].amount"]);
  });

  it("takes a thousand in one request, and no more", async () => {
    await service.credit(tenant, "1000");
    await charge(Array.from({ length: 1_000 }, () => usage(1n)));
    expect(await balance()).toBe(100n);
    const failure = await failureOf(charge(Array.from({ length: 1_001 }, () => usage(1n))));
    expect(faultyFields(failure)).toEqual(["usages"]);
    expect(await balance()).toBe(100n);
  });
});

describe("a known id", () => {
  it("is a replay when the content agrees", async () => {
    const known = usage(30n);
    await charge([known]);
    const failure = await failureOf(charge([known]));
    expect(failure).toMatchObject({
      code: Code.AlreadyExists,
      message: "credits already applied for 1 of 1 usages; 0 new applied now",
      reason: "KEY_REUSED",
      metadata: { transfer: known.id, known: "1", booked: "0" },
      violations: [{ field: "usages[0].id", reason: "KEY_REUSED" }],
    });
    expect(await balance()).toBe(70n);
  });

  it("names each usage of a request that is sent again", async () => {
    const known = [usage(1n), usage(2n), usage(3n)];
    await charge(known);
    const failure = await failureOf(charge(known));
    expect(failure.reason).toBe("KEY_REUSED");
    expect(faultyFields(failure)).toEqual(["usages[0].id", "usages[1].id", "usages[2].id"]);
    expect(await balance()).toBe(94n);
  });

  it("is a conflict when the content differs, and the details say where", async () => {
    const known = usage(30n);
    await charge([known]);
    const failure = await failureOf(charge([{ ...known, amount: 31n, source: "other" }]));
    expect(failure).toMatchObject({
      code: Code.AlreadyExists,
      reason: "KEY_CONFLICT",
      metadata: { transfer: known.id, key: known.id, differing: "amount,source" },
      violations: [{ field: "usages[0].id", reason: "KEY_CONFLICT" }],
    });
    expect(await balance()).toBe(70n);
  });

  it("is a replay also when the credits are gone and the account is disabled", async () => {
    const known = usage(100n);
    await charge([known]);
    expect((await failureOf(charge([known]))).reason).toBe("KEY_REUSED");
    await withSql(
      service.databaseUrl,
      (sql) => sql`update customers set state = 'disabled' where id = ${tenant.billingId}`,
    );
    expect((await failureOf(charge([known]))).reason).toBe("KEY_REUSED");
  });

  it("is shown as it was given, of whatever version it is", async () => {
    const id = "c232ab00-9414-11ec-b3c8-9f6bdeced846";
    const known = usage(30n, { id });
    await charge([known]);
    expect(await debits()).toEqual([id]);
    expect((await failureOf(charge([known]))).metadata).toMatchObject({ transfer: id });
    const failure = await failureOf(charge([{ ...known, amount: 31n }]));
    expect(failure.metadata).toMatchObject({ transfer: id, differing: "amount" });
    const revert = { orgId: tenant.orgId, billingId: tenant.billingId, usageId: id, amount: 30n };
    await connectClients(service.url, service.platform).admin.revertBillingUsage(revert);
    const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
    expect(transactions[0]).toMatchObject({ type: "credit", metadata: { revert_request_using: id } });
    expect(await balance()).toBe(100n);
  });

  it("is known in either case, and the case of the source does not matter", async () => {
    const known = usage(1n);
    await charge([known]);
    const failure = await failureOf(charge([{ ...known, id: known.id.toUpperCase(), source: "API" }]));
    expect(failure.reason).toBe("KEY_REUSED");
  });

  it("is skipped, and the answer says how many beside it were new and are booked", async () => {
    const [first, second, third, fourth] = [usage(1n), usage(2n), usage(4n), usage(8n)];
    await charge([first, second]);
    const failure = await failureOf(charge([second, third, fourth]));
    expect(failure).toMatchObject({
      code: Code.AlreadyExists,
      message: "credits already applied for 1 of 3 usages; 2 new applied now",
      reason: "KEY_REUSED",
      metadata: { known: "1", booked: "2" },
    });
    expect(faultyFields(failure)).toEqual(["usages[0].id"]);
    expect(await balance()).toBe(85n);
    expect(await debits()).toEqual([fourth.id, third.id, second.id, first.id]);
  });

  it("is known in the form of either generation, whatever has become of the account, and lets what is new beside it be", async () => {
    const names = [{ orgId: tenant.orgId }, { billingId: tenant.billingId }];
    const sent = names.map(() => usage(1n));
    for (const [index, each] of sent.entries())
      await frontier().createBillingUsage({ ...names[index], usages: [each] });
    const report = async (name: object, ...usages: object[]) =>
      failureOf(frontier().createBillingUsage({ ...name, usages }));
    for (const name of names) {
      expect(await report(name, ...sent, usage(1n))).toMatchObject({
        code: Code.AlreadyExists,
        metadata: { known: "2", booked: "1" },
      });
    }
    await connectClients(service.url, service.platform).frontier.disableBillingAccount({
      orgId: tenant.orgId,
      id: tenant.billingId,
    });
    for (const name of names) expect(await report(name, ...sent)).toMatchObject({ reason: "KEY_REUSED" });
  });

  it("is known by what it left open, however that was filled: a source, an account, a currency", async () => {
    const [unsaid, ofLedger] = [
      { ...usage(1n), source: "" },
      { ...usage(5n), source: "" },
    ];
    await charge([unsaid]);
    const { ledger } = connectClients(service.url, tenant.writer);
    await ledger.createTransfer({
      ...{ organization: tenant.orgId, key: ofLedger.id, kind: TransferKind.CHARGE },
      ...{ customer: tenant.billingId, amount: "5", currency: "VC" },
    });
    for (const each of [unsaid, { ...unsaid, source: "system" }, ofLedger])
      expect(await failureOf(charge([each]))).toMatchObject({ reason: "KEY_REUSED" });
    for (const each of [
      { ...unsaid, source: "api" },
      { ...ofLedger, source: "api" },
    ])
      expect(await failureOf(charge([each]))).toMatchObject({ reason: "KEY_CONFLICT" });
  });

  it("with other content holds back all beside it, and does not pass for done", async () => {
    const [known, same] = [usage(1n), usage(2n)];
    await charge([known, same]);
    const failure = await failureOf(charge([usage(5n), { ...known, amount: 2n }, same]));
    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      message: expect.stringMatching(/^nothing new was booked: .*amount/),
      reason: "KEY_CONFLICT",
      metadata: { transfer: known.id, differing: "amount", refused: "1" },
    });
    expect(faultyFields(failure)).toEqual(["usages[1].id"]);
    expect(await balance()).toBe(97n);
  });

  it("does not go with new usages that do not fit", async () => {
    const known = usage(1n);
    await charge([known]);
    const failure = await failureOf(charge([usage(100n), known]));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INSUFFICIENT_FUNDS" });
    expect(await balance()).toBe(99n);
  });

  it("may stand once in a request, whatever its content and its case; the places are named", async () => {
    const [once, known] = [usage(1n), usage(5n)];
    await charge([known]);
    const again = { ...once, id: once.id.toUpperCase() };
    const failure = await failureOf(charge([once, known, again, { ...once, amount: 2n }, known]));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(failure.violations.map(({ field, description }) => `${field} ${description}`)).toEqual([
      "usages[2].id is that of usages[0] again",
      "usages[3].id is that of usages[0] again",
      "usages[4].id is that of usages[1] again",
    ]);
    expect(await balance()).toBe(95n);
    expect(await debits()).toEqual([known.id]);
  });

  it("is free in another organization", async () => {
    const known = usage(1n);
    await charge([known]);
    const other = await service.tenant({ credits: 5 });
    await frontier(other.writer).createBillingUsage({ orgId: other.orgId, usages: [known] });
  });
});

describe("bad input", () => {
  it.each([
    ["no usages", [], ["usages"]],
    ["no id", [{ amount: 1n }], ["usages[0].id"]],
    ["an id that is no UUID", [{ id: "one", amount: 1n }], ["usages[0].id"]],
    ["an amount below zero", [{ id: uuidv7(), amount: -1n }], ["usages[0].amount"]],
    [
      "a feature, which is not supported",
      [{ id: uuidv7(), amount: 1n, type: "feature" }],
      ["usages[0].type"],
    ],
    ["a type that is none", [{ id: uuidv7(), amount: 1n, type: "debit" }], ["usages[0].type"]],
    [
      "too long a text",
      [
        {
          id: uuidv7(),
          amount: 1n,
          source: "x".repeat(1_025),
          description: "x".repeat(16_385),
          userId: "x".repeat(1_025),
          metadata: { text: "x".repeat(65_536) },
        },
      ],
      ["usages[0].source", "usages[0].description", "usages[0].userId", "usages[0].metadata"],
    ],
    [
      "several at once",
      [
        { id: uuidv7(), amount: 1n },
        { id: "", amount: -1n, description: "\0" },
      ],
      ["usages[1].id", "usages[1].amount", "usages[1].description"],
    ],
  ])("%s", async (_what, usages, fields) => {
    const failure = await failureOf(frontier().createBillingUsage({ orgId: tenant.orgId, usages }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
    expect(await balance()).toBe(100n);
  });

  it("an account that does not exist", async () => {
    const failure = await failureOf(
      frontier().createBillingUsage({ billingId: uuidv7(), usages: [usage(1n)] }),
    );
    expect(failure.code).toBe(Code.NotFound);
  });

  it("an organization and an account that do not belong together", async () => {
    const other = await service.tenant();
    const request = { orgId: other.orgId, billingId: tenant.billingId, usages: [usage(1n)] };
    const failure = await failureOf(frontier(service.platform).createBillingUsage(request));
    expect(failure.code).toBe(Code.NotFound);
    expect(await balance()).toBe(100n);
  });
});

it("refuses charges to a disabled account, and says so", async () => {
  await withSql(
    service.databaseUrl,
    (sql) => sql`update customers set state = 'disabled' where id = ${tenant.billingId}`,
  );
  expect(await failureOf(charge([usage(1n)]))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: "CUSTOMER_DISABLED",
    metadata: { customer: tenant.billingId },
  });
  expect(await balance()).toBe(100n);
});

describe("who may", () => {
  it("not a reader", async () => {
    const { orgId, reader } = tenant;
    const failure = await failureOf(frontier(reader).createBillingUsage({ orgId, usages: [usage(1n)] }));
    expect(failure.code).toBe(Code.PermissionDenied);
    expect(await balance()).toBe(100n);
  });

  it("not a stranger", async () => {
    const stranger = { ...tenant.writer, clientSecret: "wrong" };
    const failure = await failureOf(
      frontier(stranger).createBillingUsage({ orgId: tenant.orgId, usages: [usage(1n)] }),
    );
    expect(failure.code).toBe(Code.Unauthenticated);
  });
});
