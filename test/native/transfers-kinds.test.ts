import { Code } from "@connectrpc/connect";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { basic, startService, type Tenant, type TestService } from "../support/service.ts";
import { allPages, ledgerCalls, transferIdOf } from "./ledger-calls.ts";

const { CHARGE, ADJUSTMENT, TRANSFER, REFUND, CAPTURE, REVERSAL } = TransferKind;

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

/** The posted balance of every account of the organization, by whose it is. */
async function balances(): Promise<Record<string, string>> {
  const { accounts } = await calls.ledger.listAccounts({ organization: tenant.orgId });
  return Object.fromEntries(
    accounts.map(({ customerId, counterAccount, posted }) => [customerId || counterAccount, posted]),
  );
}

describe("a charge", () => {
  it("goes to revenue, or to the counter-account that is named", async () => {
    await calls.charge("10");
    const tax = await calls.charge("2", { counterAccount: "tax" });
    expect(tax.transfer).toMatchObject({ counterAccount: "tax", kind: CHARGE });
    expect(await balances()).toEqual({ [tenant.billingId]: "88", funding: "-100", revenue: "10", tax: "2" });
  });
});

describe("an adjustment", () => {
  it("above zero gives, below zero takes, and both change what was spent", async () => {
    await calls.charge("30");
    const given = await calls.transfer({ kind: ADJUSTMENT, amount: "5" });
    expect(given).toMatchObject({
      transfer: { kind: ADJUSTMENT, amount: "5", counterAccount: "adjustments" },
      before: { posted: "70" },
      after: { posted: "75" },
    });
    const taken = await calls.transfer({ kind: ADJUSTMENT, amount: "-15" });
    expect(taken).toMatchObject({ transfer: { amount: "-15" }, after: { posted: "60" } });
    expect(await calls.balance()).toMatchObject({ posted: "60", funded: "100", spent: "40" });
    expect((await balances())["adjustments"]).toBe("10");
    const read = await calls.ledger.getTransfer({
      organization: tenant.orgId,
      transfer: transferIdOf(taken),
    });
    expect(read.transfer).toEqual(taken.transfer);
  });

  it("is not refused for nothing but 0, and only takes what is there", async () => {
    expect(faultyFields(await failureOf(calls.transfer({ kind: ADJUSTMENT, amount: "0" })))).toEqual([
      "amount",
    ]);
    const failure = await failureOf(calls.transfer({ kind: ADJUSTMENT, amount: "-101" }));
    expect(failure).toMatchObject({ reason: "INSUFFICIENT_FUNDS", metadata: { available: "100" } });
  });

  it("has a sign that belongs to its content", async () => {
    await calls.transfer({ kind: ADJUSTMENT, amount: "5", key: "a" });
    const { metadata } = await failureOf(calls.transfer({ kind: ADJUSTMENT, amount: "-5", key: "a" }));
    expect(metadata["differing"]).toBe("amount");
  });
});

describe("a transfer", () => {
  it("moves money between customers, by id or email", async () => {
    const payee = await newCustomer(service, tenant, { email: "payee@example.com" });
    const receipt = await calls.transfer({ kind: TRANSFER, amount: "40", toCustomer: "PAYEE@example.com" });
    expect(receipt).toMatchObject({
      transfer: { customerId: tenant.billingId, toCustomerId: payee, counterAccount: "", amount: "40" },
      before: { posted: "100" },
      after: { posted: "60" },
    });
    expect(await balances()).toEqual({ [tenant.billingId]: "60", [payee]: "40", funding: "-100" });
    const theirs = await calls.ledger.listTransfers({ organization: tenant.orgId, customer: payee });
    expect(theirs.transfers).toEqual([receipt.transfer]);
  });

  it("takes no more than the payer has", async () => {
    const toCustomer = await newCustomer(service, tenant);
    const failure = await failureOf(calls.transfer({ kind: TRANSFER, amount: "101", toCustomer }));
    expect(failure.reason).toBe("INSUFFICIENT_FUNDS");
  });

  it("to oneself is refused, whatever one is called", async () => {
    const email = `customer@${tenant.orgName}.example`;
    for (const toCustomer of [tenant.billingId, tenant.billingId.toUpperCase(), email]) {
      const failure = await failureOf(calls.transfer({ kind: TRANSFER, amount: "1", toCustomer }));
      expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "SAME_CUSTOMER" });
      expect(faultyFields(failure)).toEqual(["toCustomer"]);
    }
  });

  it("needs a payee that exists", async () => {
    const toCustomer = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
    const failure = await failureOf(calls.transfer({ kind: TRANSFER, amount: "1", toCustomer }));
    expect(failure).toMatchObject({ code: Code.NotFound, metadata: { name: toCustomer } });
  });
});

it.each([
  ["a refund, which RefundTransfer makes", { kind: REFUND }, ["kind"]],
  ["a capture, which CaptureHold makes", { kind: CAPTURE }, ["kind"]],
  ["a kind that there is not", { kind: 99 as TransferKind }, ["kind"]],
  ["no payee", { kind: TRANSFER }, ["toCustomer"]],
  ["a payee of a charge", { kind: CHARGE, toCustomer: "a@example.com" }, ["toCustomer"]],
  [
    "a counter-account between customers",
    { kind: TRANSFER, toCustomer: "a@example.com", counterAccount: "tax" },
    ["counterAccount"],
  ],
  ["a counter-account with a strange name", { kind: CHARGE, counterAccount: "Tax 19%" }, ["counterAccount"]],
])("refuses %s", async (_what, asked, fields) => {
  const failure = await failureOf(calls.transfer({ amount: "1", ...asked }));
  expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
  expect(faultyFields(failure)).toEqual(fields);
});

it.each([
  ["RefundTransfer", REFUND],
  ["CaptureHold", CAPTURE],
  ["ReverseTransfer", REVERSAL],
])("says that %s makes what CreateTransfer does not", async (method, kind) => {
  const { message } = await failureOf(calls.transfer({ amount: "1", kind }));
  expect(message).toMatch(new RegExp(`; ${method} makes transfers of the one asked for$`));
});

it("names the kinds that it takes, and no others, where a kind is none and where it is refused", async () => {
  const transfers = `${service.url}/tallystick/v1/organizations/${tenant.orgId}/transfers`;
  for (const kind of ["TIP", "TRANSFER_KIND_REFUND"]) {
    const headers = { authorization: basic(service.platform), "content-type": "application/json" };
    const body = JSON.stringify({ customer: tenant.billingId, kind, amount: "1", currency: "VC" });
    const answer = await fetch(transfers, { method: "POST", headers, body });
    const names = (await answer.text()).match(/TRANSFER_KIND_[A-Z]+/g) ?? [];
    const taken = ["CREDIT", "CHARGE", "ADJUSTMENT", "TRANSFER"].map((each) => `TRANSFER_KIND_${each}`);
    expect(new Set(names)).toEqual(new Set(taken));
  }
});

describe("a dry run", () => {
  it("answers the receipt that would come, and books nothing", async () => {
    const tried = await calls.charge("30", { key: "k", validateOnly: true });
    expect(tried).toMatchObject({
      before: { posted: "100" },
      after: { posted: "70" },
      accountVersion: 2n,
      replay: false,
    });
    expect(await calls.balance()).toMatchObject({ posted: "100", version: 1n });
    const rows = await allPages(async (pageToken) => {
      const page = await calls.ledger.listTransfers({ organization: tenant.orgId, pageToken });
      return { rows: page.transfers, nextPageToken: page.nextPageToken };
    });
    expect(rows).toHaveLength(1);
    const booked = await calls.charge("40", { key: "k" });
    expect(booked).toMatchObject({ after: { posted: "60" }, replay: false });
    expect(await calls.charge("40", { key: "k", validateOnly: true })).toEqual({ ...booked, replay: true });
  });

  it("leaves no account behind, neither the customer's nor a counter-account", async () => {
    const organization = tenant.orgId;
    const { accounts } = await calls.ledger.listAccounts({ organization });
    const tried = await calls.credit("30", { currency: "USD", validateOnly: true });
    expect(tried).toMatchObject({ before: { posted: "0" }, after: { posted: "30" }, accountVersion: 1n });
    await calls.charge("30", { validateOnly: true });
    const hold = calls.hold("30", { currency: "USD", validateOnly: true });
    expect((await failureOf(hold)).reason).toBe("INSUFFICIENT_FUNDS");
    expect((await calls.ledger.listAccounts({ organization })).accounts).toEqual(accounts);
  });

  it("says why it would be refused", async () => {
    const failure = await failureOf(calls.charge("101", { validateOnly: true }));
    expect(failure).toMatchObject({ reason: "INSUFFICIENT_FUNDS", metadata: { available: "100" } });
  });
});

describe("GetTransfer", () => {
  it("answers it as it was booked", async () => {
    const { transfer } = await calls.charge("5", { source: "api", metadata: { b: 1, a: [null, "x"] } });
    const read = await calls.ledger.getTransfer({ organization: tenant.orgId, transfer: transfer?.id ?? "" });
    expect(read.transfer).toEqual(transfer);
  });

  it("finds nothing of another organization, and nothing that is no UUID", async () => {
    const transfer = transferIdOf(await calls.charge("5"));
    const other = await service.tenant();
    const elsewhere = ledgerCalls(service, other).ledger.getTransfer({ organization: other.orgId, transfer });
    expect(await failureOf(elsewhere)).toMatchObject({
      code: Code.NotFound,
      metadata: { resource: "transfer", name: transfer },
    });
    const wrong = calls.ledger.getTransfer({ organization: tenant.orgId, transfer: "x" });
    expect(faultyFields(await failureOf(wrong))).toEqual(["transfer"]);
  });
});
