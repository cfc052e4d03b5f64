import { setTimeout as sleep } from "node:timers/promises";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import {
  type BalancePoint,
  ExpiryPolicy,
  type GetBalanceResponse,
  HoldState,
  OveragePolicy,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { OperationKind } from "../../gen/tallystick/v1/refusal_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { holdIdOf, ledgerCalls, transferIdOf } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  calls = ledgerCalls(service, tenant, tenant.admin);
});
afterAll(() => service.stop());

const whose = () => ({ organization: tenant.orgId, customer: tenant.billingId, currency: "VC" });
const figures = ({ posted, held, available, minimumBalance }: GetBalanceResponse | BalancePoint) => ({
  posted,
  held,
  available,
  minimumBalance,
});

/** What is to end in a test lasts for as long as a busy machine may take to see it before. */
const briefMs = 4_000;
const brief = { seconds: BigInt(briefMs / 1_000) };

/** What a balance was behind each of some steps, as it was read then. */
class Recorded {
  readonly states: { readonly atMs: number; readonly state: ReturnType<typeof figures> }[] = [];

  async note(): Promise<void> {
    const state = figures(await calls.balance());
    this.states.push({ atMs: Date.now(), state });
    // What is done next is of a later moment.
    await sleep(2);
  }

  async after<T>(step: Promise<T>): Promise<T> {
    const done = await step;
    await this.note();
    return done;
  }
}

it("a balance is told as it was at each moment: posted, held, available and its limit", async () => {
  const admin = connectClients(service.url, tenant.admin);
  const recorded = new Recorded();
  const startMs = Date.now();
  await recorded.after(calls.credit("100"));
  const held = holdIdOf(await recorded.after(calls.hold("20")));
  await recorded.after(calls.charge("30"));
  await recorded.after(admin.ledger.setLimit({ ...whose(), minimumBalance: "-10" }));
  await recorded.after(calls.capture(held, { amount: "5" }));
  await recorded.after(calls.charge("55"));
  const { organization, customer } = whose();
  await recorded.after(admin.ledger.releaseHold({ organization, hold: held }));
  // All three end soon.
  const expireTime = timestampFromMs(Date.now() + briefMs);
  await admin.ledger.setLimit({ ...whose(), minimumBalance: "-40", expireTime });
  const late = holdIdOf(await calls.hold("7", { ttl: brief }));
  const captured = holdIdOf(await calls.hold("9", { ttl: brief, onExpiry: ExpiryPolicy.CAPTURE }));
  await recorded.note();
  await until(async () => {
    const states = await Promise.all(
      [late, captured].map((hold) => admin.ledger.getHold({ organization, hold })),
    );
    const { minimumBalance } = await calls.balance();
    return states.every(({ hold }) => hold?.state !== HoldState.ACTIVE) && minimumBalance === "-10";
  });
  await recorded.note();
  await recorded.after(calls.capture(late, { amount: "4", overage: OveragePolicy.ALLOW_DEBT }));
  await recorded.after(admin.ledger.setLimit({ ...whose(), minimumBalance: "" }));
  await recorded.after(admin.currencies.createCurrency({ organization, code: "VC", creditLimit: "8" }));
  await recorded.after(
    admin.customers.updateCustomer({ organization, customer, billingType: BillingType.POSTPAID }),
  );
  await recorded.after(admin.currencies.updateCurrency({ organization, code: "VC", creditLimit: "12" }));

  expect(recorded.states.map(({ state }) => Object.values(state).join(" "))).toEqual([
    "100 0 100 0",
    "100 20 80 0",
    "70 20 50 0",
    "70 20 60 -10",
    "65 15 60 -10",
    "10 15 5 -10",
    "10 0 20 -10",
    "10 16 34 -40",
    "1 0 11 -10",
    "-3 0 7 -10",
    "-3 0 -3 0",
    "-3 0 -3 0",
    "-3 0 5 -8",
    "-3 0 9 -12",
  ]);
  const asOf = await Promise.all(
    recorded.states.map(({ atMs }) =>
      calls.ledger.getBalance({ ...whose(), readTime: timestampFromMs(atMs) }),
    ),
  );
  expect(asOf.map(figures)).toEqual(recorded.states.map(({ state }) => state));

  const span = { startTime: timestampFromMs(startMs), endTime: timestampFromMs(Date.now()) };
  const each = await calls.ledger.getBalanceHistory({ ...whose(), ...span });
  expect(each.step).toBeUndefined();
  const pointAt = (atMs: number) =>
    each.points.findLast(({ readTime }) => readTime && timestampMs(readTime) <= atMs);
  expect(recorded.states.map(({ atMs }) => pointAt(atMs)).map((point) => point && figures(point))).toEqual(
    recorded.states.map(({ state }) => state),
  );
  const even = await calls.ledger.getBalanceHistory({ ...whose(), ...span, maxPoints: 10 });
  expect(even.points.length).toBeLessThanOrEqual(10);
  expect(even.step).toBeDefined();
  const lowest = even.points.map(({ lowestAvailable }) => Number.parseInt(lowestAvailable, 10));
  expect(Math.min(...lowest.slice(1))).toBe(-3);
  expect(await calls.ledger.getBalanceHistory({ ...whose(), ...span })).toEqual(each);
});

it("holds that expired are told as held until then, also one that was charged on credit afterwards", async () => {
  await calls.credit("50");
  const hold = async (amount: string) => holdIdOf(await calls.hold(amount, { ttl: brief }));
  const holds = [await hold("7"), await hold("3")] as const;
  const recorded = new Recorded();
  await recorded.note();
  await until(async () => (await calls.balance()).held === "0");
  await recorded.note();
  await calls.capture(holds[0], { amount: "4", overage: OveragePolicy.ALLOW_DEBT });
  // It notes which others have expired.
  await recorded.after(calls.charge("1"));
  expect(recorded.states.map(({ state }) => [state.posted, state.held])).toEqual([
    ["50", "10"],
    ["50", "0"],
    ["45", "0"],
  ]);
  const asOf = await Promise.all(
    recorded.states.map(({ atMs }) =>
      calls.ledger.getBalance({ ...whose(), readTime: timestampFromMs(atMs) }),
    ),
  );
  expect(asOf.map(figures)).toEqual(recorded.states.map(({ state }) => state));
});

it("a balance that there never was is 0 at both ends, over REST", async () => {
  const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${tenant.billingId}/balances/VC/history`;
  const { body } = await restClient(service.url, tenant.reader).get(
    `${path}?startTime=2026-01-01T00:00:00Z&endTime=2026-01-02T00:00:00Z`,
  );
  const none = { posted: "0", held: "0", minimumBalance: "0", available: "0", lowestAvailable: "0" };
  expect(body).toEqual({
    points: ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"].map((time) => ({
      ...none,
      readTime: time,
      lowestTime: time,
    })),
  });
});

const ahead = () => timestampFromMs(Date.now() + 3_600_000);

it.each([
  ["an end ahead", "endTime", () => ({ endTime: ahead() })],
  ["a start ahead", "startTime", () => ({ startTime: ahead() })],
  [
    "an end before the start",
    "endTime",
    () => ({ startTime: timestampFromMs(2), endTime: timestampFromMs(1) }),
  ],
  ["too few points", "maxPoints", () => ({ maxPoints: 9 })],
] as const)("refuses a history with %s", async (_, field, asked) => {
  const failure = await failureOf(calls.ledger.getBalanceHistory({ ...whose(), ...asked() }));
  expect([failure.code, faultyFields(failure)]).toEqual([Code.InvalidArgument, [field]]);
});

it("tells what was done in parts of a period, by kind, and what was refused, by reason", async () => {
  const { organization } = whose();
  const startTime = timestampFromMs(Date.now() - 1_000);
  await calls.credit("100");
  const charge = transferIdOf(await calls.charge("13"));
  await calls.charge("1");
  await calls.refund(charge, { amount: "2" });
  const hold = holdIdOf(await calls.hold("10"));
  await calls.capture(hold, { amount: "3", final: true });
  await calls.transfer({ kind: TransferKind.ADJUSTMENT, amount: "5" });
  await calls.transfer({ kind: TransferKind.ADJUSTMENT, amount: "-7" });
  await calls.credit("1", { currency: "USD" });
  for (const amount of ["1000", "2000"]) await failureOf(calls.charge(amount));
  const activity = await until(async () => {
    const answer = await calls.ledger.getActivity({ organization, currency: "VC", startTime });
    const refused = answer.buckets.flatMap(({ reasons }) => reasons);
    // They are kept beside the batches, and so may come one after the other.
    return refused.reduce((sum, { count }) => sum + Number(count), 0) >= 2 && answer;
  });
  expect(activity.completeFromTime).toEqual(startTime);
  expect(activity.buckets.length).toBeLessThanOrEqual(100);
  expect(activity.buckets[0]?.startTime).toEqual(startTime);
  const ends = activity.buckets.map(({ endTime }) => endTime);
  expect(activity.buckets.slice(1).map((bucket) => bucket.startTime)).toEqual(ends.slice(0, -1));
  const kinds = activity.buckets.flatMap((bucket) => bucket.kinds);
  const sums = new Map<OperationKind, [count: number, amount: number]>();
  for (const { kind, count, amount } of kinds) {
    const [counted, sum] = sums.get(kind) ?? [0, 0];
    sums.set(kind, [counted + Number(count), sum + Number.parseFloat(amount)]);
  }
  expect(Object.fromEntries(sums)).toEqual({
    [OperationKind.CREDIT]: [1, 100],
    [OperationKind.CHARGE]: [2, 14],
    [OperationKind.REFUND]: [1, 2],
    [OperationKind.HOLD]: [1, 10],
    [OperationKind.CAPTURE]: [1, 3],
    [OperationKind.ADJUSTMENT]: [2, -2],
  });
  const refused = activity.buckets.flatMap(({ reasons }) => reasons);
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["INSUFFICIENT_FUNDS"]));
  expect(refused.reduce((sum, { count }) => sum + Number(count), 0)).toBe(2);
});
