import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { ExpiryPolicy, HoldState, OveragePolicy, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields, retryDelayMsOf } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { holdIdOf, ledgerCalls, violations } from "./ledger-calls.ts";

const { ALLOW_DEBT, CAP } = OveragePolicy;

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
afterAll(async () => {
  expect(await violations(service)).toEqual([]);
  await service.stop();
});

const second = { seconds: 1n };
const found = async (hold: string) => (await calls.ledger.getHold({ organization: tenant.orgId, hold })).hold;

/** Waits until the time of a hold has passed, and it stands there. */
async function untilState(hold: string, state: HoldState) {
  await until(async () => (await found(hold))?.state === state);
}

async function expiredHold(amount: string) {
  const hold = holdIdOf(await calls.hold(amount, { ttl: second }));
  await untilState(hold, HoldState.EXPIRED);
  return hold;
}

const setLimit = (fields: { minimumBalance?: string; captureOverdraft?: string }) =>
  connectClients(service.url, tenant.admin).ledger.setLimit({
    ...{ organization: tenant.orgId, customer: tenant.billingId, currency: "VC" },
    ...fields,
  });

describe("minimum_amount", () => {
  it("holds what there is, and all of what is asked for where there is more", async () => {
    expect(await calls.hold("150", { minimumAmount: "20", key: "h" })).toMatchObject({
      hold: { amount: "100", remaining: "100" },
      after: { posted: "100", held: "100", available: "0" },
    });
    await calls.credit("500");
    expect(await calls.hold("150", { minimumAmount: "20" })).toMatchObject({ hold: { amount: "150" } });
    // The same request is the first hold, although there is more now.
    expect(await calls.hold("150", { minimumAmount: "20", key: "h" })).toMatchObject({
      replay: true,
      hold: { amount: "100" },
    });
    const other = calls.hold("100", { minimumAmount: "20", key: "h" });
    expect(await failureOf(other)).toMatchObject({
      reason: "KEY_CONFLICT",
      metadata: { differing: "amount" },
    });
  });

  it("is refused where there is less, by what it lacks", async () => {
    await calls.charge("90");
    expect(await failureOf(calls.hold("50", { minimumAmount: "11" }))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "10", required: "11" },
    });
    expect(await calls.hold("50", { minimumAmount: "10" })).toMatchObject({ hold: { amount: "10" } });
  });

  it("may be no more than the amount, and above 0", async () => {
    for (const minimumAmount of ["51", "0", "x"])
      expect(faultyFields(await failureOf(calls.hold("50", { minimumAmount })))).toEqual(["minimumAmount"]);
  });
});

describe("a refusal that holds cause", () => {
  it("says what is held, and when the first of them expires", async () => {
    const before = Date.now();
    await calls.hold("30", { ttl: { seconds: 3_600n } });
    const first = await calls.hold("40", { ttl: { seconds: 60n } });
    const expiry = timestampMs(
      first.hold?.expireTime ?? { $typeName: "google.protobuf.Timestamp", seconds: 0n, nanos: 0 },
    );
    const charge = () => calls.charge("60");
    expect(await failureOf(charge())).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "30", required: "60", held: "70" },
    });
    const delayMs = await retryDelayMsOf(charge());
    expect(delayMs).toBeGreaterThan(0);
    expect(delayMs).toBeLessThanOrEqual(expiry - before);
    expect(await retryDelayMsOf(calls.hold("60"))).toBeGreaterThan(0);
  });

  it("says nothing of a retry where it would be refused without them, too", async () => {
    await calls.hold("30");
    const charge = () => calls.charge("101");
    expect((await failureOf(charge())).metadata["held"]).toBe("30");
    expect(await retryDelayMsOf(charge())).toBeUndefined();
  });
});

describe("a final capture of 0", () => {
  it("frees the hold under its key, and books nothing", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    const asked = { amount: "0", final: true, key: "nothing" };
    const first = await calls.capture(hold, asked);
    expect(first.transfer).toBeUndefined();
    expect(first).toMatchObject({
      ...{ accountVersion: 1n, accountSequence: 3n },
      before: { posted: "100", held: "60" },
      after: { posted: "100", held: "0", available: "100" },
      hold: { state: HoldState.RELEASED, captured: "0", remaining: "0" },
    });
    expect(await calls.capture(hold, asked)).toEqual({ ...first, replay: true });
    expect((await failureOf(calls.charge("1", { key: "nothing" }))).reason).toBe("KEY_CONFLICT");
    expect(await calls.listAll({ kind: TransferKind.CAPTURE })).toEqual([]);
  });

  it("after a part leaves the hold captured", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    await calls.capture(hold, { amount: "10" });
    expect(await calls.capture(hold, { amount: "0", final: true })).toMatchObject({
      after: { posted: "90", held: "0" },
      hold: { state: HoldState.CAPTURED, captured: "10", remaining: "0" },
    });
  });

  it("is refused where it is not final", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    for (const amount of ["0", "-1"])
      expect(faultyFields(await failureOf(calls.capture(hold, { amount })))).toEqual(["amount"]);
  });
});

describe("on_expiry CAPTURE", () => {
  it("charges what remains at its moment, and nobody asked for it", async () => {
    const receipt = await calls.hold("60", {
      ...{ ttl: second, onExpiry: ExpiryPolicy.CAPTURE, source: "ride", description: "a ride" },
    });
    const hold = holdIdOf(receipt);
    await calls.capture(hold, { amount: "10" });
    await untilState(hold, HoldState.CAPTURED);
    expect(await calls.balance()).toMatchObject({ posted: "40", held: "0", available: "40", spent: "60" });
    expect(await found(hold)).toMatchObject({
      captured: "60",
      remaining: "0",
      onExpiry: ExpiryPolicy.CAPTURE,
    });
    const captures = await calls.listAll({ kind: TransferKind.CAPTURE });
    expect(captures).toMatchObject([
      { amount: "50", holdId: hold, createdBy: "", source: "ride", counterAccount: "revenue" },
      { amount: "10", holdId: hold, createdBy: tenant.writer.clientId },
    ]);
    // It may be given back like any other.
    expect(await calls.refund(captures[0]?.id ?? "", { amount: "50" })).toMatchObject({
      after: { posted: "90" },
    });
    expect((await failureOf(calls.ledger.releaseHold({ organization: tenant.orgId, hold }))).reason).toBe(
      "HOLD_NOT_ACTIVE",
    );
  });

  it("lets nothing of it go to others, however late it is looked at", async () => {
    const asked = { ttl: second, onExpiry: ExpiryPolicy.CAPTURE };
    const held = await calls.hold("60", asked);
    const expiry = held.hold?.expireTime;
    const probe = await expiredHold("1");
    expect(await failureOf(calls.charge("41"))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "40" },
    });
    expect(await calls.charge("40")).toMatchObject({ before: { posted: "40" }, after: { posted: "0" } });
    const { entries } = await calls.ledger.listEntries({
      organization: tenant.orgId,
      account: held.accountId,
    });
    expect(entries.map(({ amount }) => amount)).toEqual(["100", "-60", "-40"]);
    const at = await calls.ledger.getBalance({
      ...{ organization: tenant.orgId, customer: tenant.billingId, currency: "VC" },
      ...(expiry && { readTime: expiry }),
    });
    // On the customer's side it has the moment of its effect.
    expect(at).toMatchObject({ posted: "40", version: 2n });
    expect((await found(probe))?.state).toBe(HoldState.EXPIRED);
  });

  it("is no policy that there is not", async () => {
    const call = calls.hold("1", { onExpiry: 9 as ExpiryPolicy });
    expect(faultyFields(await failureOf(call))).toEqual(["onExpiry"]);
  });
});

describe("capture_overdraft", () => {
  it("bounds the debt of a capture, and says what it did not get", async () => {
    await setLimit({ minimumBalance: "-10", captureOverdraft: "25" });
    const hold = holdIdOf(await calls.hold("60"));
    const captured = await calls.capture(hold, { amount: "200", overage: ALLOW_DEBT, key: "c" });
    expect(captured).toMatchObject({
      transfer: { amount: "135" },
      ...{ uncollected: "65", after: { posted: "-35", held: "0", available: "-25" } },
      hold: { state: HoldState.CAPTURED, captured: "135", remaining: "0" },
    });
    expect(await calls.capture(hold, { amount: "200", overage: ALLOW_DEBT, key: "c" })).toEqual({
      ...captured,
      replay: true,
    });
  });

  it("takes what is held in any case", async () => {
    const hold = holdIdOf(await calls.hold("100"));
    await setLimit({ minimumBalance: "40", captureOverdraft: "0" });
    expect(await calls.capture(hold, { amount: "150", overage: ALLOW_DEBT })).toMatchObject({
      ...{ transfer: { amount: "100" }, uncollected: "50", after: { posted: "0" } },
    });
  });

  it("leaves others of the account's holds alone", async () => {
    await setLimit({ captureOverdraft: "0" });
    const [one, other] = [holdIdOf(await calls.hold("40")), holdIdOf(await calls.hold("50"))];
    expect(await calls.capture(one, { amount: "90", overage: ALLOW_DEBT })).toMatchObject({
      ...{
        transfer: { amount: "50" },
        uncollected: "40",
        after: { posted: "50", held: "50", available: "0" },
      },
    });
    expect(await calls.capture(other)).toMatchObject({ after: { posted: "0" } });
  });

  it("bounds no admin where it was not set, and is never below 0", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    const admin = ledgerCalls(service, tenant, tenant.admin);
    expect(await admin.capture(hold, { amount: "500", overage: ALLOW_DEBT })).toMatchObject({
      ...{ uncollected: "", after: { posted: "-400" } },
    });
    expect(faultyFields(await failureOf(setLimit({ captureOverdraft: "-1" })))).toEqual(["captureOverdraft"]);
  });

  it("says what CAP did not get, too", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    expect(await calls.capture(hold, { amount: "70", overage: CAP })).toMatchObject({
      ...{ transfer: { amount: "60" }, uncollected: "10" },
    });
  });
});

describe("ALLOW_DEBT on a hold that has expired", () => {
  it("charges what was used, down to the bound of debt", async () => {
    const hold = await expiredHold("60");
    await calls.charge("90");
    await setLimit({ captureOverdraft: "20" });
    expect((await failureOf(calls.capture(hold, { amount: "10" }))).reason).toBe("HOLD_NOT_ACTIVE");
    expect(await calls.capture(hold, { amount: "50", overage: ALLOW_DEBT })).toMatchObject({
      transfer: { amount: "30", holdId: hold },
      ...{ uncollected: "20", after: { posted: "-20", held: "0" } },
      hold: { state: HoldState.CAPTURED, captured: "30", remaining: "0" },
    });
  });

  it("is refused where no amount is named: nothing remains of it", async () => {
    const hold = await expiredHold("60");
    for (const asked of [{}, { amount: "0", final: true }])
      expect(await failureOf(calls.capture(hold, { ...asked, overage: ALLOW_DEBT }))).toMatchObject({
        ...{ reason: "HOLD_NOT_ACTIVE", metadata: { state: "expired" } },
      });
  });

  it("is refused to who is at the bound, and goes through under the same key once there is room", async () => {
    const hold = await expiredHold("60");
    await setLimit({ captureOverdraft: "0" });
    await calls.charge("100");
    const late = () => calls.capture(hold, { amount: "50", overage: ALLOW_DEBT, key: "c" });
    expect(await failureOf(late())).toMatchObject({ reason: "INSUFFICIENT_FUNDS" });
    await setLimit({ captureOverdraft: "20" });
    expect(await late()).toMatchObject({
      transfer: { amount: "20" },
      ...{ uncollected: "30", after: { posted: "-20" } },
      hold: { state: HoldState.CAPTURED, captured: "20" },
    });
  });
});
