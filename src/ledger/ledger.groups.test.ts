import { commandTo, startLedger, type TestLedger } from "../../test/support/ledger.ts";
import { until } from "../../test/support/until.ts";
import { Amount } from "../domain/amount.ts";
import type { AskedCommand } from "../domain/command.ts";
import { Refused } from "../domain/refusal.ts";
import type { Verdict } from "../domain/verdict.ts";
import { Group } from "./group.ts";
import { bookedCount, lockAccountsOf, moreCustomers, type Tenant } from "./ledger.fixture.ts";
import { Ledger } from "./ledger.ts";
import type { LookUps } from "./resolve.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.stop());

/** A ledger that notes what it refuses. */
function noting(names: LookUps["names"]) {
  const noted: string[] = [];
  const { database } = test.instance();
  const ledger = new Ledger(database, {
    names,
    refused: (_, [first]) => noted.push(first?.refusal.reason ?? "nothing"),
  });
  return { ledger, noted };
}

const overloaded = () => Promise.reject(new Refused({ reason: "OVERLOADED" }));

async function tenants(count: number): Promise<readonly [Tenant, ...Tenant[]]> {
  const first = await test.tenant();
  return [first, ...(await moreCustomers(test.sql, first, count - 1))];
}

function byEmail(command: AskedCommand): AskedCommand {
  const [operation] = command.operations;
  if (operation.type !== "transfer") throw new Error("no transfer");
  return {
    ...command,
    operations: [{ ...operation, customer: { text: "a@example.com", as: "id or email" } }],
  };
}

const replaysOf = (answer: Verdict | Refused) =>
  !(answer instanceof Refused) && answer.outcome === "done"
    ? answer.receipts.map(({ replay }) => replay)
    : [];

const outcomeOf = (answer: Verdict | Refused) =>
  answer instanceof Refused ? answer.refusal.reason : answer.outcome;

it("answers each in its place, whatever the others come to", async () => {
  const [one, two] = await tenants(2);
  const { ledger, noted } = noting(overloaded);
  const credit = commandTo("credit", one);
  const answers = await ledger.submitEach([credit, commandTo("charge", two as Tenant), credit]);
  expect(answers.map(outcomeOf)).toEqual(["done", "refused", "done"]);
  expect(answers.flatMap(replaysOf)).toEqual([false, true]);
  expect(noted).toEqual(["INSUFFICIENT_FUNDS"]);
});

it("refuses those alone whose names cannot be looked up", async () => {
  const [one] = await tenants(1);
  const { ledger } = noting(overloaded);
  const answers = await ledger.submitEach([
    commandTo("credit", one),
    byEmail(commandTo("credit", one)),
    commandTo("credit", one),
  ]);
  expect(answers.map(outcomeOf)).toEqual(["done", "OVERLOADED", "done"]);
  expect(await bookedCount(test.sql, one.orgId)).toBe(2);
});

it("notes what was refused though the caller leaves before the others are decided", async () => {
  const [poor, busy] = await tenants(2);
  await test.ledger.submit(commandTo("credit", busy as Tenant));
  const held = await lockAccountsOf(test.sql, (busy as Tenant).orgId, [(busy as Tenant).customerId]);
  const { ledger, noted } = noting(overloaded);
  const abort = new AbortController();
  const reason = new Error("gone");
  const answers = ledger.submitEach(
    [commandTo("charge", poor), commandTo("charge", busy as Tenant)],
    abort.signal,
  );
  const left = expect(answers).rejects.toBe(reason);
  await until(async () => noted.length === 1);
  abort.abort(reason);
  await left;
  expect(noted).toEqual(["INSUFFICIENT_FUNDS"]);
  await held.letGo();
});

it("fails where one of them fails, and books the others", async () => {
  const [one, other] = await tenants(2);
  const { ledger } = noting(overloaded);
  await test.sql.unsafe(`create or replace function fail_on_7() returns trigger language plpgsql as
    $$ begin if new.amount = 7 then raise exception 'seven' using errcode = '22003'; end if; return new; end $$`);
  await test.sql.unsafe(
    "create trigger fail_on_7 before insert on operations for each row execute function fail_on_7()",
  );
  const seven = commandTo("credit", { ...(other as Tenant), amount: Amount.of("7") });
  await expect(ledger.submitEach([commandTo("credit", one), seven])).rejects.toMatchObject({ code: "22003" });
  await until(async () => (await bookedCount(test.sql, one.orgId)) === 1);
  await test.sql.unsafe("drop trigger fail_on_7 on operations; drop function fail_on_7()");
});

it("takes the first answer to each, and no second one", async () => {
  const group = new Group(2, undefined);
  const [busy, overload] = [new Refused({ reason: "ACCOUNT_BUSY" }), new Refused({ reason: "OVERLOADED" })];
  group.answer(0, busy);
  group.answer(0, overload);
  group.answer(1, overload);
  expect(await group.answered).toEqual([busy, overload]);
});

it("listens to its caller only until it is answered", async () => {
  const [one] = await tenants(1);
  const listeners: string[] = [];
  const departure = {
    aborted: false,
    reason: undefined,
    addEventListener: () => {
      listeners.push("on");
    },
    removeEventListener: () => {
      listeners.push("off");
    },
  };
  await test.ledger.submitEach([commandTo("credit", one), commandTo("credit", one)], departure);
  expect(listeners).toEqual(["on", "off"]);
});
