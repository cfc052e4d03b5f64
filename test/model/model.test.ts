import fc from "fast-check";
import { v5 as uuidv5 } from "uuid";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { type Balance, Balances } from "../../src/store/books/balances.ts";
import { Holds } from "../../src/store/books/holds.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { Limits } from "../../src/store/terms/limits.ts";
import { brokenRules, startLedger, type TestLedger } from "../support/ledger.ts";
import { seedOf } from "../workload/random.ts";
import {
  Caller,
  currencies,
  customers,
  histories,
  type Intervention,
  type Round,
  shortTtl,
} from "./history.ts";
import { type ModelCommand, ModelLedger } from "./model-ledger.ts";
import { amountOf, answerOf, commandOf, type Names, nanosOf } from "./translate.ts";

/** How many random histories are played. */
const runs = Number(process.env["TEST_RUNS"] ?? 60);
/** For a machine that has much else to do; alone a history takes a tenth of a second. */
const patienceMs = runs * 5_000;

let test: TestLedger;
let instances: readonly [Ledger, Ledger];
let database: Database;

beforeAll(async () => {
  test = await startLedger();
  instances = [test.ledger, test.another()];
  database = openDatabase(test.url);
});
afterAll(async () => {
  await database.close();
  await test.stop();
});

/** An organization of a history's own, with the model's customers. */
async function foundOrganization(): Promise<Names> {
  const { orgId } = await test.tenant();
  const names = {
    orgId,
    customerId: (name: string) => uuidv5(name, orgId),
    operationId: (key: string) => uuidv5(`operation ${key}`, orgId),
  };
  for (const name of customers) {
    await test.sql`insert into customers (org_id, id) values (${orgId}, ${names.customerId(name)})`;
  }
  return names;
}

async function intervene(names: Names, model: ModelLedger, intervention: Intervention): Promise<void> {
  const { orgId } = names;
  const customerId = names.customerId(intervention.customer);
  if (intervention.type === "limit") {
    const { customer, currency, minimum } = intervention;
    model.account(customer, currency).minimum = minimum;
    const limit = { minimumBalance: amountOf(minimum), endsAt: null };
    await new Limits(database).set({ orgId, customerId, currency }, limit, { dryRun: false });
    return;
  }
  if (!model.disabled.delete(intervention.customer)) model.disabled.add(intervention.customer);
  await test.sql`update customers set state = case state when 'active' then 'disabled' else 'active' end
    where org_id = ${orgId} and id = ${customerId}`;
}

function isShort({ operations }: ModelCommand): boolean {
  return operations.some((operation) => "ttl" in operation && operation.ttl === shortTtl);
}

/** Waits until every hold with a short life has expired, by the database's clock; the model's clock follows. */
async function pause(orgId: string, model: ModelLedger): Promise<void> {
  model.now += 10 * shortTtl;
  for (;;) {
    const [row] =
      await test.sql`select count(*)::int as short from holds where org_id = ${orgId} and state = 'active'
      and expires_at between clock_timestamp() and clock_timestamp() + interval '1 minute'`;
    if (row?.["short"] === 0) return;
  }
}

/** Plays a history to the model and to two instances in turn, and compares each answer. */
async function play(names: Names, history: readonly Round[]): Promise<ModelLedger> {
  const [model, caller] = [new ModelLedger(), new Caller()];
  for (const [index, round] of history.entries()) {
    const ledger = index % 2 === 0 ? instances[0] : instances[1];
    const submit = async (each: ModelCommand) => answerOf(await ledger.submit(commandOf(each, names)));
    if (round.intervention !== null) await intervene(names, model, round.intervention);
    const commands = caller.commandsOf(round, model);
    if (commands.some(isShort)) {
      for (const command of commands) {
        const expected = model.submit(command);
        expect(await submit(command)).toEqual(expected);
        await pause(names.orgId, model);
      }
    } else {
      // What touches one account is done in the order in which it came, however batches cut it; the rest commutes.
      const expected = commands.map((command) => model.submit(command));
      expect(await Promise.all(commands.map(submit))).toEqual(expected);
    }
  }
  return model;
}

async function expectSameEnd(names: Names, model: ModelLedger): Promise<void> {
  const { orgId } = names;
  const [balances, holds] = [new Balances(database), new Holds(database)];
  for (const customer of customers) {
    for (const currency of currencies) {
      const key = { orgId, customer: names.customerId(customer), currency };
      const balance = await balances.find(key);
      const { funded, spent, version, minimum } = model.account(customer, currency);
      const expected = { funded, spent, version, minimum, held: model.held(customer, currency) };
      const zero = { funded: 0n, spent: 0n, version: 0, minimum: 0n, held: 0n };
      expect(balance?.account ? stored(balance.account) : zero).toEqual(expected);
    }
  }
  for (const [key, expected] of model.holds) {
    const hold = await holds.find({ orgId, id: names.operationId(key) });
    const state = model.stateOf(expected);
    expect(hold && [hold.state, nanosOf(hold.captured), nanosOf(hold.remaining)]).toEqual([
      state,
      expected.captured,
      state === "active" ? expected.remaining : 0n,
    ]);
  }
}

function stored(account: NonNullable<Balance["account"]>) {
  const { funded, spent, held, version, minimumBalance } = account;
  const minimum = minimumBalance === null ? null : nanosOf(minimumBalance);
  return { funded: nanosOf(funded), spent: nanosOf(spent), held: nanosOf(held), version, minimum };
}

it(
  "the engine answers and keeps what the model does, whatever the history",
  async () => {
    const property = fc.asyncProperty(histories({ roundsMax: 10, movesMax: 12 }), async (history) => {
      const names = await foundOrganization();
      await expectSameEnd(names, await play(names, history));
    });
    await fc.assert(property, { numRuns: runs, seed: seedOf("model") });
    expect(await brokenRules(test.url)).toEqual([]);
  },
  patienceMs,
);
