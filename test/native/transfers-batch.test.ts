import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type CreateTransferRequestSchema,
  TransferKind,
  type TransferResult,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { errorOfStatus, failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const { CREDIT, CHARGE } = TransferKind;
type Row = MessageInitShape<typeof CreateTransferRequestSchema>;

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
  calls = ledgerCalls(service, tenant);
});
afterAll(() => service.stop());

async function batch(rows: readonly Row[], options: { atomic?: boolean; validateOnly?: boolean } = {}) {
  const requests = rows.map((row) => ({ customer: tenant.billingId, currency: "VC", kind: CHARGE, ...row }));
  const asked = { organization: tenant.orgId, requests, ...options };
  return (await calls.ledger.batchCreateTransfers(asked)).results;
}

/** What became of each: the balance after it, or the reason of its refusal. */
async function verdicts(results: readonly TransferResult[]) {
  return Promise.all(
    results.map(async ({ result }) =>
      result.case === "error"
        ? (await failureOf(Promise.reject(errorOfStatus(result.value)))).reason
        : result.value?.after?.posted,
    ),
  );
}

describe("each on its own", () => {
  it("answers a verdict a transfer, in order; a refusal does not disturb its neighbours", async () => {
    const rows = [{ amount: "60" }, { amount: "60" }, { amount: "20" }, { kind: CREDIT, amount: "5" }];
    expect(await verdicts(await batch(rows))).toEqual(["40", "INSUFFICIENT_FUNDS", "20", "25"]);
    expect((await calls.balance()).posted).toBe("25");
  });

  it("replays a key with long words, though another of many transfers has it without them", async () => {
    const email = "ann@example.com";
    const { customers } = connectClients(service.url, tenant.admin);
    await customers.createCustomer({ organization: tenant.orgId, email });
    const rows = Array.from({ length: 302 }, (_, n) => ({
      ...{ customer: email, kind: CREDIT, amount: "1", key: n === 301 ? "key-0" : `key-${n}` },
      ...(n === 0 && { metadata: { note: "n".repeat(10_000) } }),
    }));
    const outcomes = (await batch(rows)).map(({ result }) => result.case);
    expect([outcomes[0], outcomes[301]]).toEqual(["receipt", "error"]);
    const again = await batch(rows);
    expect(again[0]?.result).toMatchObject({ case: "receipt", value: { replay: true } });
    expect((await verdicts(again))[301]).toBe("KEY_CONFLICT");
  });

  it("replays the keys that are known", async () => {
    await batch([{ amount: "1", key: "a" }]);
    const results = await batch([
      { amount: "1", key: "a" },
      { amount: "2", key: "a" },
      { amount: "1", key: "b" },
    ]);
    expect(results.map(({ result }) => result.case === "receipt" && result.value.replay)).toEqual([
      true,
      false,
      false,
    ]);
    expect(await verdicts(results)).toEqual(["99", "KEY_CONFLICT", "98"]);
  });

  it("books one key once, whatever the order", async () => {
    const results = await batch([
      { amount: "1", key: "a" },
      { amount: "1", key: "a" },
    ]);
    expect(results.map(({ result }) => result.case === "receipt" && result.value.replay).sort()).toEqual([
      false,
      true,
    ]);
    expect(await verdicts(results)).toEqual(["99", "99"]);
  });

  it("takes a thousand", async () => {
    const results = await batch(Array.from({ length: 1_000 }, () => ({ kind: CREDIT, amount: "1" })));
    expect(results).toHaveLength(1_000);
    expect(await calls.balance()).toMatchObject({ posted: "1100", version: 1_001n });
  });
});

describe("atomic", () => {
  it("books all: a charge with its tax and fee", async () => {
    const results = await batch(
      [{ amount: "60" }, { amount: "11", counterAccount: "tax" }, { amount: "2", counterAccount: "fees" }],
      { atomic: true },
    );
    expect(await verdicts(results)).toEqual(["40", "29", "27"]);
  });

  it("books all: an exchange of one currency for another", async () => {
    const results = await batch(
      [
        { amount: "60", counterAccount: "exchange" },
        { kind: CREDIT, amount: "0.60", currency: "USD", counterAccount: "exchange" },
      ],
      { atomic: true },
    );
    expect(await verdicts(results)).toEqual(["40", "0.6"]);
  });

  it("or none, and names every one that stands in the way", async () => {
    const rows = [{ amount: "10" }, { amount: "91" }, { amount: "5" }, { amount: "1000" }];
    const failure = await failureOf(batch(rows, { atomic: true }));
    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "90", required: "91", refused: "2" },
    });
    expect(failure.message).toContain("requests[1]: insufficient funds");
    expect(failure.violations).toMatchObject([
      { field: "requests[1]", reason: "INSUFFICIENT_FUNDS" },
      { field: "requests[3]", reason: "INSUFFICIENT_FUNDS" },
    ]);
    expect(await calls.balance()).toMatchObject({ posted: "100", version: 1n });
  });

  it("counts what comes before in the same batch", async () => {
    const results = await batch([{ kind: CREDIT, amount: "50" }, { amount: "150" }], { atomic: true });
    expect(await verdicts(results)).toEqual(["150", "0"]);
  });

  it("replays as a whole, and refuses a mixture of old and new", async () => {
    const rows = [
      { amount: "1", key: "a" },
      { amount: "2", key: "b" },
    ];
    const first = await batch(rows, { atomic: true });
    const again = await batch(rows, { atomic: true });
    expect(
      again.map(({ result }) => result.case === "receipt" && { ...result.value, replay: false }),
    ).toEqual(first.map(({ result }) => result.value));
    const mixed = batch([...rows, { amount: "3", key: "c" }], { atomic: true });
    expect(await failureOf(mixed)).toMatchObject({ reason: "KEY_REUSED", metadata: { refused: "2" } });
    expect((await calls.balance()).posted).toBe("97");
  });

  it("refuses one key for two of its transfers", async () => {
    const rows = [
      { amount: "1", key: "caf\u00e9" },
      { amount: "1" },
      { amount: "1", key: "cafe\u0301" },
      { amount: "2", key: "caf\u00e9" },
      { amount: "1" },
    ];
    const failure = await failureOf(batch(rows, { atomic: true }));
    expect(failure).toMatchObject({
      reason: "INVALID_FIELDS",
      violations: [
        { field: "requests[2].key", description: "is the key of requests[0] too" },
        { field: "requests[3].key", description: "is the key of requests[0] too" },
      ],
    });
    expect((await calls.balance()).posted).toBe("100");
  });
});

describe("a dry run", () => {
  it.each([
    ["atomic", true, ["40", "30"]],
    ["each on its own", false, ["40", "90"]],
  ])("%s books nothing; alone, a transfer does not see those before it", async (_how, atomic, expected) => {
    const results = await batch([{ amount: "60" }, { amount: "10" }], { atomic, validateOnly: true });
    expect(await verdicts(results)).toEqual(expected);
    expect(await calls.balance()).toMatchObject({ posted: "100", version: 1n });
  });
});

describe("bad input", () => {
  const bad = (): Row[] => [
    { amount: "1", organization: tenant.orgId },
    { amount: "-1", organization: "another" },
    { amount: "1", validateOnly: true },
    { amount: "1", customer: "nobody@example.com" },
    { amount: "1", currency: "XXXX" },
    { amount: "0.5" },
    { amount: "1", key: "k".repeat(256) },
    { amount: "2" },
  ];

  it("is the error of its own transfer, named where it stands, and its neighbours are booked", async () => {
    const results = await batch(bad());
    const invalid = "INVALID_FIELDS";
    expect(await verdicts(results)).toEqual([
      ...["99", invalid, invalid, "NOT_FOUND", "CURRENCY_NOT_USABLE", "TOO_MANY_PLACES", invalid, "97"],
    ]);
    const failures = await Promise.all(
      results.flatMap(({ result }) =>
        result.case === "error" ? [failureOf(Promise.reject(errorOfStatus(result.value)))] : [],
      ),
    );
    expect(failures.map(faultyFields)).toEqual([
      ["requests[1].organization", "requests[1].amount"],
      ["requests[2].validateOnly"],
      [],
      ["requests[4].currency"],
      ["requests[5].amount"],
      ["requests[6].key"],
    ]);
    expect(await calls.balance()).toMatchObject({ posted: "97", version: 3n });
  });

  it("is the error of one line among 500, in any place", async () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({
      amount: n === 499 ? "x" : "0.1",
      currency: "USD",
    }));
    const results = await batch(rows.map((row) => ({ ...row, kind: CREDIT })));
    expect(results.filter(({ result }) => result.case === "receipt")).toHaveLength(499);
    expect(results[499]?.result.case).toBe("error");
    expect((await calls.balance("USD")).posted).toBe("49.9");
  });

  it("keeps all of an atomic batch from being booked, and is named where it stands, all of it at once", async () => {
    const failure = await failureOf(batch(bad(), { atomic: true }));
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual([
      ...["requests[1].organization", "requests[1].amount", "requests[2].validateOnly", "requests[6].key"],
    ]);
    const refusedLater = bad().filter((_, index) => [0, 3, 4, 5].includes(index));
    const refused = await failureOf(batch(refusedLater, { atomic: true }));
    expect(refused).toMatchObject({ code: Code.NotFound, reason: "NOT_FOUND", metadata: { refused: "3" } });
    expect(faultyFields(refused)).toEqual(["requests[1]", "requests[2]", "requests[3]"]);
    expect(refused.violations.map(({ reason }) => reason)).toEqual([
      ...["NOT_FOUND", "CURRENCY_NOT_USABLE", "TOO_MANY_PLACES"],
    ]);
    expect(await calls.balance()).toMatchObject({ version: 1n });
  });

  it("is too many, and none", async () => {
    const tooMany = batch(Array.from({ length: 1_001 }, () => ({ amount: "1" })));
    expect(faultyFields(await failureOf(tooMany))).toEqual(["requests"]);
    expect(faultyFields(await failureOf(batch([])))).toEqual(["requests"]);
  });
});

it("answers over REST, with a Status for what is refused", async () => {
  const path = `/tallystick/v1/organizations/${tenant.orgName}/transfers:batchCreate`;
  const row = { customer: tenant.billingId, currency: "VC", kind: "TRANSFER_KIND_CHARGE" };
  const { status, body } = await restClient(service.url, tenant.writer).post(path, {
    requests: [
      { ...row, amount: "70" },
      { ...row, amount: "70" },
    ],
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    results: [
      { receipt: { after: { posted: "30" } } },
      { error: { code: 9, details: [{ reason: "INSUFFICIENT_FUNDS", metadata: { available: "30" } }] } },
    ],
  });
});
