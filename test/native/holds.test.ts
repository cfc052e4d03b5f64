import { Code } from "@connectrpc/connect";
import { HoldState, OveragePolicy } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { allPages, disable, holdIdOf, ledgerCalls } from "./ledger-calls.ts";

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

const unknownId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

/** Waits until the database's clock has passed the end of a hold. */
async function untilExpired(hold: string) {
  await until(async () => {
    const { hold: found } = await calls.ledger.getHold({ organization: tenant.orgId, hold });
    return found?.state === HoldState.EXPIRED;
  });
}

describe("CreateHold", () => {
  it("sets an amount aside, and says what is left", async () => {
    const receipt = await calls.hold("60", { key: "h-1", source: "ride", metadata: { trip: "7" } });
    expect(receipt).toMatchObject({
      before: { posted: "100", held: "0", available: "100" },
      after: { posted: "100", held: "60", available: "40" },
      accountVersion: 1n,
      replay: false,
      hold: {
        key: "h-1",
        customerId: tenant.billingId,
        accountId: receipt.accountId,
        amount: "60",
        captured: "0",
        remaining: "60",
        state: HoldState.ACTIVE,
        source: "ride",
        metadata: { trip: "7" },
      },
    });
    expect(receipt.transfer).toBeUndefined();
  });

  it("lasts 15 minutes where nothing is said", async () => {
    const { hold } = await calls.hold("1");
    const seconds = Number(hold?.expireTime?.seconds) - Number(hold?.createTime?.seconds);
    expect(seconds).toBe(900);
  });

  it("lowers what charges and other holds may take, in every face", async () => {
    await calls.hold("60");
    expect(await failureOf(calls.charge("41"))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      metadata: { available: "40", required: "41" },
    });
    expect((await failureOf(calls.hold("41"))).reason).toBe("INSUFFICIENT_FUNDS");
    const usages = [{ id: unknownId, amount: "41", source: "api" }];
    const frontier = restClient(service.url, tenant.writer);
    const path = "/v1beta1/organizations/billing/usages";
    expect((await frontier.post(path, { org_id: tenant.orgId, usages })).status).toBe(400);
    const check = await frontier.post("/v1beta1/billing/check", { org_id: tenant.orgId, amount: "41" });
    expect(check.body).toEqual({ status: false });
    expect(await calls.charge("40")).toMatchObject({ after: { posted: "60", held: "60", available: "0" } });
  });

  it("replays its key, and refuses other content under it", async () => {
    const first = await calls.hold("10", { key: "k" });
    expect(await calls.hold("10", { key: "k" })).toEqual({ ...first, replay: true });
    expect(await failureOf(calls.hold("11", { key: "k", source: "other" }))).toMatchObject({
      code: Code.AlreadyExists,
      reason: "KEY_CONFLICT",
      metadata: { differing: "amount,source" },
    });
    expect((await failureOf(calls.credit("10", { key: "k" }))).reason).toBe("KEY_CONFLICT");
    expect((await calls.balance()).held).toBe("10");
  });

  it.each([
    ["nothing", { amount: "0" }, ["amount"]],
    ["half a credit", { amount: "0.5" }, ["amount"]],
    ["for half a second", { ttl: { nanos: 500_000_000 } }, ["ttl"]],
    ["for a part of a millisecond", { ttl: { seconds: 1n, nanos: 1 } }, ["ttl"]],
    ["for more than a year", { ttl: { seconds: 31_622_401n } }, ["ttl"]],
    ["of nobody", { customer: "" }, ["customer"]],
    ["in no currency", { currency: "" }, ["currency"]],
  ])("refuses a hold %s", async (_what, asked, fields) => {
    const failure = await failureOf(calls.hold("1", asked));
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(fields);
  });
});

describe("CaptureHold", () => {
  it("keeps to the places of the currency", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    for (const asked of [{ amount: "0.5" }, { amount: "60.5", overage: OveragePolicy.ALLOW_DEBT }]) {
      const failure = await failureOf(calls.capture(hold, asked));
      expect([failure.reason, ...faultyFields(failure)]).toEqual(["TOO_MANY_PLACES", "amount"]);
    }
  });

  it("charges in parts until nothing is left", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    expect(await calls.capture(hold, { amount: "25", description: "first leg" })).toMatchObject({
      transfer: { amount: "25", holdId: hold, counterAccount: "revenue", description: "first leg" },
      before: { posted: "100", held: "60", available: "40" },
      after: { posted: "75", held: "35", available: "40" },
      hold: { captured: "25", remaining: "35", state: HoldState.ACTIVE },
    });
    expect(await calls.capture(hold)).toMatchObject({
      transfer: { amount: "35" },
      after: { posted: "40", held: "0", available: "40" },
      hold: { captured: "60", remaining: "0", state: HoldState.CAPTURED },
    });
    expect(await failureOf(calls.capture(hold))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "HOLD_NOT_ACTIVE",
      metadata: { hold, state: "captured" },
    });
  });

  it("releases the rest with the part that is final", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    expect(await calls.capture(hold, { amount: "10", final: true })).toMatchObject({
      after: { posted: "90", held: "0", available: "90" },
      hold: { captured: "10", remaining: "0", state: HoldState.CAPTURED },
    });
  });

  it.each([
    ["unspecified", OveragePolicy.UNSPECIFIED],
    ["reject", OveragePolicy.REJECT],
  ])("refuses more than is held: %s", async (_policy, overage) => {
    const hold = holdIdOf(await calls.hold("60"));
    expect(await failureOf(calls.capture(hold, { amount: "61", overage }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "HOLD_EXCEEDED",
      metadata: { hold, currency: "VC", available: "60", required: "61" },
    });
    expect(await calls.balance()).toMatchObject({ posted: "100", held: "60" });
  });

  it("caps what is asked to what is held", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    const capped = await calls.capture(hold, { amount: "1000", overage: OveragePolicy.CAP });
    expect(capped).toMatchObject({
      transfer: { amount: "60" },
      after: { posted: "40", held: "0" },
      hold: { captured: "60", state: HoldState.CAPTURED },
    });
  });

  it("goes into debt where that is allowed", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    // Where nothing bounds the debt, an admin says so by asking.
    const admin = ledgerCalls(service, tenant, tenant.admin);
    const owing = await admin.capture(hold, { amount: "130", overage: OveragePolicy.ALLOW_DEBT });
    expect(owing).toMatchObject({
      transfer: { amount: "130" },
      after: { posted: "-30", held: "0", available: "-30" },
      hold: { captured: "130", remaining: "0", state: HoldState.CAPTURED },
    });
  });

  it("replays its key when the hold is long used up", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    const first = await calls.capture(hold, { amount: "20", key: "c" });
    await calls.capture(hold);
    expect(await calls.capture(hold, { amount: "20", key: "c" })).toEqual({ ...first, replay: true });
    const { metadata } = await failureOf(calls.capture(hold, { amount: "21", final: true, key: "c" }));
    expect(metadata["differing"]?.split(",").sort()).toEqual(["amount", "final"]);
  });

  it("refuses a policy that there is not, and an amount of nothing", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    const failure = await failureOf(calls.capture(hold, { amount: "0", overage: 9 as OveragePolicy }));
    expect(faultyFields(failure)).toEqual(["overage", "amount"]);
  });
});

describe("ReleaseHold", () => {
  it("gives up what is left", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    await calls.capture(hold, { amount: "10" });
    const { receipt } = await calls.ledger.releaseHold({ organization: tenant.orgId, hold });
    expect(receipt).toMatchObject({
      before: { posted: "90", held: "50", available: "40" },
      after: { posted: "90", held: "0", available: "90" },
      hold: { state: HoldState.RELEASED, captured: "10", remaining: "0" },
    });
    const again = calls.ledger.releaseHold({ organization: tenant.orgId, hold });
    expect(await failureOf(again)).toMatchObject({
      reason: "HOLD_NOT_ACTIVE",
      metadata: { state: "released" },
    });
  });
});

describe("expiry", () => {
  const second = { seconds: 1n };

  it("counts for nothing from its moment on, with nobody sweeping", async () => {
    const hold = holdIdOf(await calls.hold("60", { ttl: second }));
    await untilExpired(hold);
    expect(await calls.balance()).toMatchObject({ posted: "100", held: "0", available: "100" });
    expect((await calls.ledger.getHold({ organization: tenant.orgId, hold })).hold).toMatchObject({
      state: HoldState.EXPIRED,
      remaining: "0",
      amount: "60",
    });
    const listed = async (state: HoldState) =>
      (await calls.ledger.listHolds({ organization: tenant.orgId, state })).holds.map(({ id }) => id);
    expect(await listed(HoldState.EXPIRED)).toEqual([hold]);
    expect(await listed(HoldState.ACTIVE)).toEqual([]);
    expect(await failureOf(calls.capture(hold))).toMatchObject({
      reason: "HOLD_NOT_ACTIVE",
      metadata: { state: "expired" },
    });
    expect(await calls.charge("100")).toMatchObject({
      before: { posted: "100", held: "0", available: "100" },
      after: { posted: "0", held: "0", available: "0" },
    });
  });

  it("is put off by ExtendHold", async () => {
    const hold = holdIdOf(await calls.hold("60", { ttl: second }));
    const ttl = { seconds: 3_600n };
    const { receipt } = await calls.ledger.extendHold({ organization: tenant.orgId, hold, ttl, key: "e" });
    expect(receipt).toMatchObject({ after: { held: "60" }, hold: { state: HoldState.ACTIVE } });
    const other = holdIdOf(await calls.hold("1", { ttl: second }));
    await untilExpired(other);
    expect((await calls.balance()).held).toBe("60");
    const replay = await calls.ledger.extendHold({ organization: tenant.orgId, hold, ttl, key: "e" });
    expect(replay.receipt?.hold?.expireTime).toEqual(receipt?.hold?.expireTime);
    const missing = calls.ledger.extendHold({ organization: tenant.orgId, hold });
    expect(faultyFields(await failureOf(missing))).toEqual(["ttl"]);
  });
});

describe("a dry run", () => {
  it("of each change answers its receipt and changes nothing", async () => {
    const { organization, validateOnly } = { organization: tenant.orgId, validateOnly: true };
    const tried = await calls.hold("60", { validateOnly, key: "h" });
    expect(tried).toMatchObject({ after: { held: "60", available: "40" }, replay: false });
    const notMade = calls.ledger.getHold({ organization, hold: holdIdOf(tried) });
    expect((await failureOf(notMade)).code).toBe(Code.NotFound);

    const hold = holdIdOf(await calls.hold("60", { key: "h" }));
    expect(await calls.capture(hold, { validateOnly })).toMatchObject({ after: { posted: "40", held: "0" } });
    const { receipt: released } = await calls.ledger.releaseHold({ organization, hold, validateOnly });
    expect(released?.hold?.state).toBe(HoldState.RELEASED);
    const ttl = { seconds: 9_999n };
    const { receipt: extended } = await calls.ledger.extendHold({ organization, hold, ttl, validateOnly });
    const { hold: found } = await calls.ledger.getHold({ organization, hold });
    expect(extended?.hold?.expireTime).not.toEqual(found?.expireTime);
    expect(found).toMatchObject({ state: HoldState.ACTIVE, remaining: "60", captured: "0" });
    expect(await calls.balance()).toMatchObject({ posted: "100", held: "60", version: 1n });
  });
});

describe("a disabled customer", () => {
  it("gets no new hold, and what is held may still be captured", async () => {
    const hold = holdIdOf(await calls.hold("60"));
    await disable(service, tenant.billingId);
    expect((await failureOf(calls.hold("1"))).reason).toBe("CUSTOMER_DISABLED");
    expect(await calls.capture(hold)).toMatchObject({ after: { posted: "40" } });
  });
});

describe("ListHolds", () => {
  it("pages through all of them, newest first", async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push(holdIdOf(await calls.hold("1")));
    const listed = await allPages(async (pageToken) => {
      const asked = { organization: tenant.orgId, customer: tenant.billingId, pageSize: 2, pageToken };
      const { holds, nextPageToken } = await calls.ledger.listHolds(asked);
      return { rows: holds, nextPageToken };
    });
    expect(listed.map(({ id }) => id)).toEqual(made.reverse());
  });

  it("filters by customer and state", async () => {
    const other = await newCustomer(service, tenant);
    await calls.credit("10", { customer: other });
    const theirs = holdIdOf(await calls.hold("1", { customer: other }));
    const captured = holdIdOf(await calls.hold("1"));
    await calls.capture(captured);
    const ids = async (asked: object) =>
      (await calls.ledger.listHolds({ organization: tenant.orgId, ...asked })).holds.map(({ id }) => id);
    expect(await ids({ customer: other })).toEqual([theirs]);
    expect(await ids({ state: HoldState.CAPTURED })).toEqual([captured]);
    expect(await ids({ customer: other, state: HoldState.CAPTURED })).toEqual([]);
    expect(await ids({})).toEqual([captured, theirs]);
  });

  it("refuses what is no page, no state and no customer", async () => {
    const asked = { organization: tenant.orgId, pageSize: -1, pageToken: "x", state: 9 as HoldState };
    expect(faultyFields(await failureOf(calls.ledger.listHolds(asked)))).toEqual([
      "state",
      "pageSize",
      "pageToken",
    ]);
    const unknown = calls.ledger.listHolds({ organization: tenant.orgId, customer: "nobody@example.com" });
    expect((await failureOf(unknown)).code).toBe(Code.NotFound);
  });
});

it("a hold of another organization is not found", async () => {
  const hold = holdIdOf(await calls.hold("1"));
  const other = ledgerCalls(service, await service.tenant());
  expect((await failureOf(other.capture(hold))).code).toBe(Code.NotFound);
  const { code } = await failureOf(calls.capture(unknownId));
  expect(code).toBe(Code.NotFound);
  expect(faultyFields(await failureOf(calls.capture("x")))).toEqual(["hold"]);
});

it("a whole hold over REST, byte for byte the same when it is asked again", async () => {
  const client = restClient(service.url, tenant.writer);
  const path = `/tallystick/v1/organizations/${tenant.orgName}/holds`;
  const asked = { customer: tenant.billingId, amount: "5", currency: "VC", ttl: "90s", key: "rest" };
  const { status, body } = await client.post(path, asked);
  expect(status).toBe(200);
  expect(body).toMatchObject({ receipt: { hold: { state: "HOLD_STATE_ACTIVE", amount: "5" } } });
  const { id } = (body as { receipt: { hold: { id: string } } }).receipt.hold;
  const capture = { amount: "2", key: "rest-capture" };
  const first = await client.post(`${path}/${id}:capture`, capture);
  await client.post(`${path}/${id}:extend`, { ttl: "100s" });
  expect(await client.post(`${path}/${id}:release`, {})).toMatchObject({ status: 200 });
  const again = await client.post(`${path}/${id}:capture`, capture);
  expect(JSON.stringify(again.body).replace('"replay":true,', "")).toBe(JSON.stringify(first.body));
  expect(await client.get(`${path}/${id}`)).toMatchObject({
    body: { hold: { state: "HOLD_STATE_RELEASED" } },
  });
  expect(await client.get(`${path}?customer=${tenant.billingId}&state=HOLD_STATE_RELEASED`)).toMatchObject({
    body: { holds: [{ id }] },
  });
});
