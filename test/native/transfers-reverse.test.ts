import { Code } from "@connectrpc/connect";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { disable, ledgerCalls, transferIdOf, violations } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
let topUp: string;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  calls = ledgerCalls(service, tenant);
  topUp = transferIdOf(await calls.credit("100", { source: "card" }));
});
afterAll(async () => {
  expect(await violations(service)).toEqual([]);
  await service.stop();
});

const setLimit = (fields: { minimumBalance?: string; captureOverdraft?: string }) =>
  connectClients(service.url, tenant.admin).ledger.setLimit({
    ...{ organization: tenant.orgId, customer: tenant.billingId, currency: "VC" },
    ...fields,
  });

it("takes back in parts until nothing is left, once in sum", async () => {
  const part = await calls.reverse(topUp, { amount: "30", description: "dispute", metadata: { case: 7 } });
  expect(part).toMatchObject({
    transfer: {
      ...{ kind: TransferKind.REVERSAL, amount: "30", reversalOf: topUp, refundOf: "", source: "card" },
      ...{ customerId: tenant.billingId, counterAccount: "funding", description: "dispute" },
      metadata: { case: 7 },
    },
    before: { posted: "100" },
    after: { posted: "70" },
    accountVersion: 2n,
  });
  expect(await failureOf(calls.reverse(topUp, { amount: "71" }))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: "REVERSAL_TOO_LARGE",
    metadata: { transfer: topUp, currency: "VC", available: "70", required: "71" },
  });
  expect(await calls.reverse(topUp)).toMatchObject({ transfer: { amount: "70" }, after: { posted: "0" } });
  expect((await failureOf(calls.reverse(topUp))).reason).toBe("REVERSAL_TOO_LARGE");
});

it("takes back no more in sum than was credited, however many ask at once through two instances", async () => {
  const other = ledgerCalls(await service.another(), tenant);
  const asked = Array.from({ length: 8 }, (_, n) =>
    (n % 2 === 0 ? calls : other).reverse(topUp, { amount: "30", key: `part-${n}` }).then(
      () => "done",
      async (error: unknown) => (await failureOf(Promise.reject(error))).reason,
    ),
  );
  const outcomes = await Promise.all(asked);
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(3);
  expect(outcomes.filter((outcome) => outcome === "REVERSAL_TOO_LARGE")).toHaveLength(5);
  expect((await calls.balance()).posted).toBe("10");
});

it("is withdrawn, and nobody's usage", async () => {
  await calls.charge("10");
  await calls.reverse(topUp, { amount: "40" });
  expect(await calls.balance()).toMatchObject({
    ...{ posted: "50", funded: "100", spent: "10", withdrawn: "40", available: "50" },
  });
  const { accounts } = await calls.ledger.listAccounts({
    ...{ organization: tenant.orgId, customer: tenant.billingId },
  });
  expect(accounts).toMatchObject([{ posted: "50", funded: "100", spent: "10", withdrawn: "40" }]);
  const listed = await calls.listAll({ kind: TransferKind.REVERSAL });
  expect(listed).toMatchObject([{ amount: "40", reversalOf: topUp }]);
});

it("is answered again by its key, also when nothing is left", async () => {
  const first = await calls.reverse(topUp, { key: "r", userId: "u-1" });
  const again = await calls.reverse(topUp, { key: "r", userId: "u-1" });
  expect(again).toEqual({ ...first, replay: true });
  for (const [more, differing] of [
    [{ amount: "100" }, "amount"],
    [{ allowDebt: true }, "allow_debt"],
    [{ userId: "" }, "user_id"],
  ] as const) {
    const asked = { key: "r", userId: "u-1", ...more };
    expect(await failureOf(calls.reverse(topUp, asked))).toMatchObject({
      reason: "KEY_CONFLICT",
      metadata: { differing },
    });
  }
});

describe("below the limit", () => {
  beforeEach(async () => {
    await calls.charge("80");
  });

  it("is refused where no debt is allowed", async () => {
    expect(await failureOf(calls.reverse(topUp))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "20", required: "100" },
    });
    expect(await calls.reverse(topUp, { amount: "20" })).toMatchObject({ after: { posted: "0" } });
  });

  it("is an admin's right, without a bound", async () => {
    const admin = ledgerCalls(service, tenant, tenant.admin);
    expect((await failureOf(admin.reverse(topUp))).reason).toBe("INSUFFICIENT_FUNDS");
    expect(await admin.reverse(topUp, { allowDebt: true })).toMatchObject({ after: { posted: "-80" } });
    expect((await failureOf(calls.charge("1"))).reason).toBe("INSUFFICIENT_FUNDS");
  });

  it("is for others as deep as captures may go", async () => {
    expect((await failureOf(calls.reverse(topUp, { allowDebt: true }))).reason).toBe("INSUFFICIENT_FUNDS");
    await setLimit({ minimumBalance: "-10", captureOverdraft: "30" });
    const asked = { allowDebt: true, amount: "61" };
    expect((await failureOf(calls.reverse(topUp, asked))).reason).toBe("INSUFFICIENT_FUNDS");
    expect(await calls.reverse(topUp, { ...asked, amount: "60" })).toMatchObject({
      after: { posted: "-40" },
    });
  });
});

it("takes back what a disabled customer was given", async () => {
  await disable(service, tenant.billingId);
  expect(await calls.reverse(topUp, { amount: "1" })).toMatchObject({ after: { posted: "99" } });
});

it("keeps to the places of the currency, and a dry run changes nothing", async () => {
  const failure = await failureOf(calls.reverse(topUp, { amount: "0.5" }));
  expect([failure.reason, ...faultyFields(failure)]).toEqual(["TOO_MANY_PLACES", "amount"]);
  expect(await calls.reverse(topUp, { validateOnly: true })).toMatchObject({ after: { posted: "0" } });
  expect((await calls.balance()).posted).toBe("100");
});

it("is of a credit and of nothing else, in the organization and in no other", async () => {
  const charge = transferIdOf(await calls.charge("10"));
  const reversal = transferIdOf(await calls.reverse(topUp, { amount: "1" }));
  for (const [transfer, kind] of [
    [charge, "charge"],
    [reversal, "reversal"],
  ] as const) {
    expect(await failureOf(calls.reverse(transfer))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "NOT_REVERSIBLE",
      metadata: { transfer, kind },
    });
  }
  expect((await failureOf(calls.refund(reversal))).reason).toBe("NOT_REFUNDABLE");
  const elsewhere = ledgerCalls(service, await service.tenant());
  expect((await failureOf(elsewhere.reverse(topUp))).code).toBe(Code.NotFound);
  expect(faultyFields(await failureOf(calls.reverse("x", { amount: "-1" })))).toEqual(["transfer", "amount"]);
  const reader = ledgerCalls(service, tenant, tenant.reader);
  expect((await failureOf(reader.reverse(topUp))).code).toBe(Code.PermissionDenied);
});

it("comes over REST", async () => {
  const path = `/tallystick/v1/organizations/${tenant.orgName}/transfers/${topUp}:reverse`;
  const client = restClient(service.url, tenant.writer);
  expect(await client.post(path, { amount: "25", key: "r" })).toMatchObject({
    status: 200,
    body: {
      receipt: {
        transfer: { kind: "TRANSFER_KIND_REVERSAL", amount: "25", reversalOf: topUp, key: "r" },
        after: { posted: "75", held: "0", available: "75" },
      },
    },
  });
});
