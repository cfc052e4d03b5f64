import { takeForDistributed } from "../../test/support/distributed.ts";
import {
  brokenRules,
  commandTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { Amount } from "../domain/amount.ts";
import type { AskedCommand } from "../domain/command.ts";
import {
  bookedCount,
  captureOf,
  changeOf,
  holdOn,
  moreCustomers,
  outcomeOf,
  refundOf,
  reversalOf,
  untilPast,
} from "./ledger.fixture.ts";

let test: TestLedger;
beforeEach(async () => {
  test = await startLedger();
  await takeForDistributed(test.url);
});
afterEach(async () => {
  try {
    expect(await brokenRules(test.url)).toEqual([]);
  } finally {
    await test.stop();
  }
});

const outcome = (command: AskedCommand) => outcomeOf(test.ledger, command);

it("does all that can be asked of it where the database may be distributed", async () => {
  const tenant = await test.tenant();
  const [credit, charge] = [commandTo("credit", tenant), commandTo("charge", tenant)];
  const [captured, released] = [holdOn(tenant), holdOn(tenant, { amount: Amount.of("1") })];
  const commands: AskedCommand[] = [
    ...[credit, charge, refundOf(charge, { amount: Amount.of("8") })],
    ...[captured, captureOf(captured, { amount: Amount.of("2") }), released],
    ...[changeOf(released, { type: "extend", ttlMs: 90_000 }), changeOf(released, { type: "release" })],
    ...[captureOf(captured, { final: true }), reversalOf(credit, { amount: Amount.of("1") })],
  ];
  for (const command of commands) expect(await outcome(command)).toBe("done");
  expect(await outcome(charge)).toBe("done");
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(6);
});

it("books what time alone has caused", async () => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  for (const onExpiry of ["release", "capture"] as const) {
    const hold = await test.ledger.submit(holdOn(tenant, { ttlMs: 1, onExpiry, amount: Amount.of("3") }));
    await untilPast(test.sql, receiptsOf(hold)[0]);
  }
  expect(await outcome(commandTo("charge", { ...tenant, amount: Amount.of("7") }))).toBe("done");
});

it("books for many at once, two instances among them, and one key once", async () => {
  const tenant = await test.tenant();
  const tenants = [tenant, ...(await moreCustomers(test.sql, tenant, 9))];
  const commands = tenants.flatMap((each) => [commandTo("credit", each), commandTo("credit", each)]);
  const other = test.another();
  const outcomes = await Promise.all(
    commands.flatMap((command) => [outcomeOf(test.ledger, command), outcomeOf(other, command)]),
  );
  expect(new Set(outcomes)).toEqual(new Set(["done"]));
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(commands.length);
});
