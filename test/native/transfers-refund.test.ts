import { Code } from "@connectrpc/connect";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { disable, holdIdOf, ledgerCalls, transferIdOf } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
let charge: string;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
  calls = ledgerCalls(service, tenant);
  charge = transferIdOf(await calls.charge("60", { source: "api" }));
});
afterAll(() => service.stop());

it("gives back in parts until nothing is left", async () => {
  expect(
    await calls.refund(charge, { amount: "20", description: "sorry", metadata: { ticket: 7 } }),
  ).toMatchObject({
    transfer: {
      kind: TransferKind.REFUND,
      amount: "20",
      refundOf: charge,
      customerId: tenant.billingId,
      counterAccount: "revenue",
      source: "api",
      description: "sorry",
      metadata: { ticket: 7 },
    },
    before: { posted: "40" },
    after: { posted: "60" },
  });
  expect(await failureOf(calls.refund(charge, { amount: "41" }))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: "REFUND_TOO_LARGE",
    metadata: { transfer: charge, currency: "VC", available: "40", required: "41" },
  });
  expect(await calls.refund(charge)).toMatchObject({ transfer: { amount: "40" }, after: { posted: "100" } });
  expect((await failureOf(calls.refund(charge))).reason).toBe("REFUND_TOO_LARGE");
  expect(await calls.balance()).toMatchObject({ posted: "100", funded: "100", spent: "0" });
});

it("gives back no more than was charged when many ask at once", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => calls.refund(charge, { amount: "25" })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect((await calls.balance()).posted).toBe("90");
});

it("goes back to the counter-account that was paid", async () => {
  const tax = transferIdOf(await calls.charge("10", { counterAccount: "tax" }));
  expect((await calls.refund(tax)).transfer?.counterAccount).toBe("tax");
});

it("gives back a capture too", async () => {
  const hold = holdIdOf(await calls.hold("30"));
  const capture = transferIdOf(await calls.capture(hold));
  expect(await calls.refund(capture, { amount: "1" })).toMatchObject({ after: { posted: "11" } });
});

it("replays its key when all is given back, also where no amount was named", async () => {
  const first = await calls.refund(charge, { key: "r" });
  expect(await calls.refund(charge, { key: "r" })).toEqual({ ...first, replay: true });
  const { reason, metadata } = await failureOf(calls.refund(charge, { key: "r", amount: "60" }));
  expect({ reason, differing: metadata["differing"] }).toEqual({
    reason: "KEY_CONFLICT",
    differing: "amount",
  });
});

it("on a dry run gives back nothing", async () => {
  const tried = await calls.refund(charge, { validateOnly: true });
  expect(tried).toMatchObject({ transfer: { amount: "60" }, after: { posted: "100" } });
  expect(await calls.balance()).toMatchObject({ posted: "40", version: 2n });
});

it("reaches a customer that is disabled", async () => {
  await disable(service, tenant.billingId);
  expect(await calls.refund(charge)).toMatchObject({ after: { posted: "100" } });
});

it("is refused for what is no charge, and for what there is not", async () => {
  const credit = transferIdOf(await calls.credit("1"));
  expect(await failureOf(calls.refund(credit))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: "NOT_REFUNDABLE",
    metadata: { transfer: credit, kind: "credit" },
  });
  const refund = transferIdOf(await calls.refund(charge));
  expect((await failureOf(calls.refund(refund))).metadata["kind"]).toBe("refund");
  const unknown = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
  expect((await failureOf(calls.refund(unknown))).code).toBe(Code.NotFound);
  expect(faultyFields(await failureOf(calls.refund(charge, { amount: "-1", key: "k".repeat(256) })))).toEqual(
    ["key", "amount"],
  );
});

it("keeps to the places of the currency", async () => {
  expect(faultyFields(await failureOf(calls.refund(charge, { amount: "0.5" })))).toEqual(["amount"]);
});
