import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

const { CREDIT, CHARGE } = TransferKind;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

interface Asked {
  kind?: TransferKind;
  amount?: string;
  currency?: string;
  key?: string;
  customer?: string;
  organization?: string;
  description?: string;
  metadata?: { [key: string]: string | string[] };
}

async function transfer(asked: Asked, as = tenant.writer) {
  const { ledger } = connectClients(service.url, as);
  const defaults = { organization: tenant.orgId, customer: tenant.billingId, kind: CREDIT, currency: "VC" };
  const { receipt } = await ledger.createTransfer({ ...defaults, ...asked });
  if (receipt === undefined) throw new Error("no receipt");
  return receipt;
}

/** REST's answer as it came, before anyone read it as JSON. */
async function restTransfer(body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(`${service.url}/tallystick/v1/organizations/${tenant.orgName}/transfers`, {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.writer.clientSecret}`, "content-type": "application/json" },
    body: JSON.stringify({
      customer: tenant.billingId,
      currency: "VC",
      kind: "TRANSFER_KIND_CREDIT",
      ...body,
    }),
  });
  return { status: response.status, text: await response.text() };
}

describe("receipts", () => {
  it("say what was booked, and the account before and after", async () => {
    const credit = await transfer({ amount: "100", key: "order-1" });
    expect(credit).toMatchObject({
      transfer: { kind: CREDIT, amount: "100", currency: "VC", customerId: tenant.billingId, key: "order-1" },
      accountVersion: 1n,
      before: { posted: "0", held: "0", available: "0" },
      after: { posted: "100", held: "0", available: "100" },
      replay: false,
    });
    const charge = await transfer({ kind: CHARGE, amount: "30" });
    expect(charge).toMatchObject({
      transfer: { kind: CHARGE, amount: "30" },
      accountId: credit.accountId,
      accountVersion: 2n,
      before: { posted: "100", held: "0", available: "100" },
      after: { posted: "70", held: "0", available: "70" },
    });
    expect(charge.transfer?.id).not.toBe(credit.transfer?.id);
  });

  it("count what the minimum balance leaves available", async () => {
    await transfer({ amount: "10" });
    await withSql(
      service.databaseUrl,
      (sql) => sql`update accounts set minimum_balance = -100 where customer_id = ${tenant.billingId}`,
    );
    expect(await transfer({ kind: CHARGE, amount: "60" })).toMatchObject({
      before: { posted: "10", available: "110" },
      after: { posted: "-50", available: "50" },
    });
  });

  it("come over REST with all that was said", async () => {
    const said = {
      source: "Shop",
      description: "Order 7",
      userId: "u-1",
      metadata: { order: "7", lines: [1, null] },
    };
    const { status, text } = await restTransfer({ amount: "12", key: "order-7", ...said });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      receipt: {
        transfer: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          key: "order-7",
          kind: "TRANSFER_KIND_CREDIT",
          customerId: tenant.billingId,
          counterAccount: "funding",
          amount: "12",
          currency: "VC",
          ...said,
          createTime: expect.stringMatching(/Z$/),
          createdBy: tenant.writer.clientId,
        },
        accountId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        accountVersion: "1",
        accountSequence: "1",
        createdBy: tenant.writer.clientId,
        before: { posted: "0", held: "0", available: "0" },
        after: { posted: "12", held: "0", available: "12" },
      },
    });
  });
});

describe("keys", () => {
  it("answer a repetition byte for byte, but for `replay`", async () => {
    const asked = { amount: "100", key: "k", metadata: { b: 1.5, a: { d: [true], c: "é" } } };
    const first = await restTransfer(asked);
    await transfer({ kind: CHARGE, amount: "40" });
    const again = await restTransfer(asked);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(first.text).not.toContain('"replay"');
    expect(again.text).toContain(',"replay":true');
    expect(again.text.replace(',"replay":true', "")).toBe(first.text);
  });

  it("are refused with other content, naming each field that differs", async () => {
    await transfer({ amount: "100", key: "k" });
    const other = await service.tenant();
    await transfer(
      { amount: "5", key: "k", organization: other.orgId, customer: other.billingId },
      other.writer,
    );
    const refused = (asked: Asked) => failureOf(transfer({ amount: "100", key: "k", ...asked }));
    expect(await refused({ amount: "99" })).toMatchObject({
      code: Code.AlreadyExists,
      reason: "KEY_CONFLICT",
      message: '"k" exists with other content: amount differs',
      metadata: { transfer: expect.stringMatching(/^[0-9a-f-]{36}$/), key: "k", differing: "amount" },
    });
    const all = { kind: CHARGE, amount: "1", currency: "USD", description: "x", metadata: { a: "b" } };
    const { metadata } = await refused(all);
    expect(metadata["differing"]).toBe("kind,amount,currency,description,metadata");
    expect(await transfer({ amount: "1" })).toMatchObject({ before: { posted: "100" }, accountVersion: 2n });
  });

  it("know metadata in another order for the same", async () => {
    await transfer({ amount: "1", key: "k", metadata: { a: "1", b: ["2"] } });
    expect(await transfer({ amount: "1", key: "k", metadata: { b: ["2"], a: "1" } })).toMatchObject({
      replay: true,
    });
  });

  it("are the same whether an amount is written 100, 100.0 or 0100", async () => {
    await transfer({ amount: "100", key: "k" });
    for (const amount of ["100.0", "0100"]) {
      expect(await transfer({ amount, key: "k" })).toMatchObject({
        replay: true,
        transfer: { amount: "100" },
      });
    }
  });

  it("are free in another organization", async () => {
    const other = await service.tenant();
    await transfer({ amount: "100", key: "k" });
    const theirs = { amount: "5", key: "k", organization: other.orgId, customer: other.billingId };
    expect(await transfer(theirs, other.writer)).toMatchObject({ replay: false, after: { posted: "5" } });
  });

  it("replay a charge also when nothing is left", async () => {
    await transfer({ amount: "10" });
    const charge = { kind: CHARGE, amount: "10", key: "charge" };
    await transfer(charge);
    expect(await transfer(charge)).toMatchObject({ replay: true, after: { posted: "0" } });
  });

  it("are free for another try after a refusal", async () => {
    const charge = { kind: CHARGE, amount: "10", key: "charge" };
    expect((await failureOf(transfer(charge))).reason).toBe("INSUFFICIENT_FUNDS");
    await transfer({ amount: "10" });
    expect(await transfer(charge)).toMatchObject({ replay: false, after: { posted: "0" } });
  });

  it("count every call where none is given", async () => {
    await transfer({ amount: "10" });
    expect(await transfer({ amount: "10" })).toMatchObject({ replay: false, after: { posted: "20" } });
  });
});

it("says what is missing when the funds do not suffice", async () => {
  await transfer({ amount: "12.5", currency: "USD" });
  expect(await failureOf(transfer({ kind: CHARGE, amount: "12.500000001", currency: "USD" }))).toEqual({
    code: Code.FailedPrecondition,
    message: "insufficient funds: 12.500000001 USD required, 12.5 available",
    domain: "tallystick",
    reason: "INSUFFICIENT_FUNDS",
    metadata: {
      customer: tenant.billingId,
      currency: "USD",
      available: "12.5",
      required: "12.500000001",
      minimum_balance: "0",
      held: "0",
    },
    violations: [],
  });
});

describe("amounts", () => {
  it("have nine decimals in dollars, exactly", async () => {
    const amounts = ["0.1", "0.2", "0.000000001", "1234567890123456789.123456789"];
    for (const amount of amounts) await transfer({ amount, currency: "USD" });
    const { after } = await transfer({ amount: "0.000000001", currency: "USD" });
    expect(after?.posted).toBe("1234567890123456789.423456791");
  });

  it("have none in credits", async () => {
    const failure = await failureOf(transfer({ amount: "1.5" }));
    expect(failure.violations).toEqual([
      {
        field: "amount",
        description: "has more places after the point than the 0 of VC; nothing is rounded",
        reason: "",
      },
    ]);
    expect(await transfer({ amount: "1.000000000" })).toMatchObject({ transfer: { amount: "1" } });
  });

  it("are kept apart by currency", async () => {
    await transfer({ amount: "5" });
    const dollars = await transfer({ amount: "7", currency: "USD" });
    expect(dollars).toMatchObject({ accountVersion: 1n, after: { posted: "7" } });
  });

  it("cannot add up to more than the ledger holds", async () => {
    const most = "9999999999999999999";
    await transfer({ amount: most });
    expect(await failureOf(transfer({ amount: "1" }))).toMatchObject({
      code: Code.OutOfRange,
      reason: "BALANCE_OUT_OF_RANGE",
    });
  });
});

describe("customers", () => {
  it("are found by email, in whatever case", async () => {
    const customer = `CUSTOMER@${tenant.orgName}.example`;
    const receipt = await transfer({ amount: "3", customer });
    expect(receipt.transfer?.customerId).toBe(tenant.billingId);
  });

  it("are found in their own organization only", async () => {
    const other = await service.tenant();
    for (const customer of [
      other.billingId,
      `customer@${other.orgName}.example`,
      uuidv7(),
      "nobody@x.example",
      "x",
    ]) {
      const failure = await failureOf(transfer({ amount: "1", customer }, service.platform));
      expect(failure).toMatchObject({
        code: Code.NotFound,
        metadata: { resource: "customer", name: customer },
      });
    }
  });

  it("are credited but not charged while they are disabled", async () => {
    await transfer({ amount: "10" });
    await withSql(
      service.databaseUrl,
      (sql) => sql`update customers set state = 'disabled' where id = ${tenant.billingId}`,
    );
    expect(await failureOf(transfer({ kind: CHARGE, amount: "1" }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CUSTOMER_DISABLED",
    });
    await transfer({ amount: "1" });
  });
});

describe("bad input", () => {
  it.each([
    ["nothing at all", { kind: 0, currency: "", customer: "" }, ["kind", "amount", "currency", "customer"]],
    ["no amount", {}, ["amount"]],
    ["zero", { amount: "0.0" }, ["amount"]],
    ["less than zero", { amount: "-1" }, ["amount"]],
    ["ten decimals", { amount: "0.1234567890", currency: "USD" }, ["amount"]],
    ["twenty digits", { amount: "12345678901234567890", currency: "USD" }, ["amount"]],
    ["an exponent", { amount: "1e3" }, ["amount"]],
    ["a currency that is none", { amount: "1", currency: "usd" }, ["currency"]],
    ["too long a key", { amount: "1", key: "k".repeat(256) }, ["key"]],
    ["too much metadata", { amount: "1", metadata: { text: "x".repeat(16_384) } }, ["metadata"]],
  ])("%s", async (_what, asked, fields) => {
    const failure = await failureOf(transfer(asked));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("an organization that does not exist, to the platform", async () => {
    const failure = await failureOf(transfer({ amount: "1", organization: "atlantis" }, service.platform));
    expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "organization" } });
  });

  it("a field that does not exist, over REST", async () => {
    const path = `/tallystick/v1/organizations/${tenant.orgId}/transfers`;
    const { status, body } = await restClient(service.url, tenant.writer).post(path, { amout: "1" });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain("amout");
  });
});

describe("who may", () => {
  it("not a reader, not another organization's admin, not a stranger", async () => {
    const other = await service.tenant();
    const codeFor = async (as: typeof tenant.reader) => (await failureOf(transfer({ amount: "1" }, as))).code;
    expect(await codeFor(tenant.reader)).toBe(Code.PermissionDenied);
    expect(await codeFor(other.admin)).toBe(Code.PermissionDenied);
    expect(await codeFor({ ...tenant.writer, clientSecret: "wrong" })).toBe(Code.Unauthenticated);
    expect(await transfer({ amount: "1" })).toMatchObject({ accountVersion: 1n });
  });
});
