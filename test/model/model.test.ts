import fc from "fast-check";
import { v5 as uuidv5 } from "uuid";
import { identityOf } from "../../src/domain/operation-id.ts";
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
import { type ModelAnswer, type ModelCommand, ModelLedger } from "./model-ledger.ts";
import { amountOf, answerOf, commandOf, type Names, nanosOf } from "./translate.ts";

/** How many random histories are played. */
const runs = Number(process.env["TEST_RUNS"] ?? 25);
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
    identity: (key: string) => identityOf(orgId, key),
  };
  for (const name of customers) {
    await test.sql`insert into customers (org_id, id) values (${orgId}, ${names.customerId(name)})`;
  }
  return names;
}

async function intervene(names: Names, model: ModelLedger, intervention: Intervention): Promise<void> {
  const { orgId } = names;
  if (intervention.type === "configure") {
    if (!model.inactive.delete(intervention.currency)) model.inactive.add(intervention.currency);
    for (const code of currencies) {
      const status = model.inactive.has(code) ? "inactive" : "active";
      await test.sql`insert into currencies (org_id, code, display_name, is_virtual, places, status, credit_limit, minimum_top_up)
        values (${orgId}, ${code}, '', false, 9, ${status}, 0, 0) on conflict (org_id, code) do update set status = ${status}`;
    }
    return;
  }
  const { customer } = intervention;
  const customerId = names.customerId(customer);
  if (intervention.type === "toggle") {
    if (!model.disabled.delete(customer)) model.disabled.add(customer);
    await test.sql`update customers set state = case state when 'active' then 'disabled' else 'active' end
      where org_id = ${orgId} and id = ${customerId}`;
    return;
  }
  const { currency } = intervention;
  const account = model.account(customer, currency);
  if (intervention.type === "limit") account.minimum = intervention.minimum;
  else model.overdrafts.set(`${customer}/${currency}`, intervention.overdraft);
  const overdraft = model.overdrafts.get(`${customer}/${currency}`);
  // Those with an end lie above each other; what was set last holds until then.
  const endsAt =
    account.version % 2 === 0 ? null : new Date(Date.now() + 3_600_000 * (1 + (account.version % 3)));
  const limit = { minimumBalance: amountOf(account.minimum), endsAt };
  const captureOverdraft = overdraft === undefined ? null : amountOf(overdraft);
  const set = await new Limits(database).set(
    { orgId, customerId, currency },
    { ...limit, captureOverdraft },
    { dryRun: false },
  );
  expect(set).toMatchObject({ owner: { customerId } });
}

function isShort({ operations }: ModelCommand): boolean {
  return operations.some((operation) => "ttl" in operation && operation.ttl === shortTtl);
}

/** Waits until every hold with a short life has expired, by the database's clock; the model's clock follows. */
async function pause(orgId: string, model: ModelLedger): Promise<void> {
  model.advance(10 * shortTtl);
  for (;;) {
    const [row] =
      await test.sql`select count(*)::int as short from holds where org_id = ${orgId} and state = 'active'
      and expires_at between clock_timestamp() and clock_timestamp() + interval '1 minute'`;
    if (row?.["short"] === 0) return;
  }
}

type Submit = (command: ModelCommand, instance: number) => Promise<ModelAnswer>;

/** Commands that share an account or a key, by their places: what is in one group is done in order, groups commute. */
function groupsOf(commands: readonly ModelCommand[]): number[][] {
  const groups = new Map<string, { names: Set<string>; members: number[] }>();
  for (const [place, { operations }] of commands.entries()) {
    const names = operations.flatMap((operation) => [
      `key ${operation.key}`,
      `${operation.customer}/${operation.currency}`,
      ...("payee" in operation ? [`${operation.payee}/${operation.currency}`] : []),
    ]);
    const joined = new Set(names.flatMap((name) => groups.get(name) ?? []));
    const group = {
      names: new Set([...names, ...[...joined].flatMap((each) => [...each.names])]),
      members: [...[...joined].flatMap(({ members }) => members), place].sort((one, other) => one - other),
    };
    for (const name of group.names) groups.set(name, group);
  }
  return [...new Set(groups.values())].map(({ members }) => members);
}

/** What has to be looked up first may be overtaken by what has not, and a dry run goes in a batch of its own. */
function isPlain({ operations, dryRun }: ModelCommand): boolean {
  return !dryRun && operations.every(({ type }) => plainTypes.has(type));
}

const plainTypes = new Set(["credit", "charge", "adjustment", "transfer", "hold"]);

/**
 * Each group through an instance of its own, at once, and so is what is in it where nothing can overtake: a batch that
 * is tried again, because somebody has locked an account, may come after the one behind it.
 */
async function submitAll(
  commands: readonly ModelCommand[],
  { submit, isLocked }: { submit: Submit; isLocked: boolean },
): Promise<ModelAnswer[]> {
  const answers: ModelAnswer[] = [];
  await Promise.all(
    groupsOf(commands).map(async (places, instance) => {
      const isAtOnce = !isLocked && places.every((place) => commands[place] && isPlain(commands[place]));
      const pending: Promise<void>[] = [];
      for (const place of places) {
        const command = commands[place];
        if (command === undefined) throw new Error("no command");
        const answered = submit(command, instance % 2).then((answer) => {
          answers[place] = answer;
        });
        pending.push(answered);
        if (!isAtOnce) await answered;
      }
      await Promise.all(pending);
    }),
  );
  return answers;
}

/** Holds the locks of a customer's accounts while the commands come, and lets go when they are under way. */
async function whileLocked<T>(customerId: string | undefined, work: () => Promise<T>): Promise<T> {
  if (customerId === undefined) return work();
  const connection = await test.sql.reserve();
  await connection`begin`;
  await connection`select from accounts where customer_id = ${customerId} for update`;
  const working = work();
  await test.sql`select`;
  await connection`rollback`;
  connection.release();
  return working;
}

/** Plays a history to the model and to two instances at once, and compares each answer. */
async function play(names: Names, history: readonly Round[]): Promise<ModelLedger> {
  const [model, caller] = [new ModelLedger(), new Caller()];
  const submit = async (each: ModelCommand, instance: number) =>
    answerOf(await (instances[instance] ?? instances[0]).submit(commandOf(each, names)));
  for (const [index, round] of history.entries()) {
    if (round.intervention !== null) await intervene(names, model, round.intervention);
    const commands = caller.commandsOf(round, model);
    if (commands.some(isShort)) {
      for (const command of commands) {
        const expected = model.submit(command);
        expect(await submit(command, index % 2)).toEqual(expected);
        await pause(names.orgId, model);
      }
    } else {
      const expected = commands.map((command) => model.submit(command));
      const locked = round.locked === null ? undefined : names.customerId(round.locked);
      const answers = await whileLocked(locked, () =>
        submitAll(commands, { submit, isLocked: locked !== undefined }),
      );
      expect(answers).toEqual(expected);
    }
  }
  return model;
}

async function expectSameEnd(names: Names, model: ModelLedger): Promise<void> {
  const { orgId } = names;
  const [balances, holds] = [new Balances(database, instances[0]), new Holds(database, instances[0])];
  for (const customer of customers) {
    for (const currency of currencies) {
      const key = { orgId, customer: names.customerId(customer), currency };
      const balance = await balances.find(key);
      const { funded, spent, withdrawn, version, minimum } = model.account(customer, currency);
      const expected = { funded, spent, withdrawn, version, minimum, held: model.held(customer, currency) };
      const zero = { funded: 0n, spent: 0n, withdrawn: 0n, version: 0, minimum: 0n, held: 0n };
      expect(balance?.account ? stored(balance.account) : zero).toEqual(expected);
    }
  }
  for (const [key, expected] of model.holds) {
    const hold = await holds.find({ orgId, id: names.identity(key).id });
    const state = model.stateOf(expected);
    expect(hold && [hold.state, nanosOf(hold.captured), nanosOf(hold.remaining)]).toEqual([
      state,
      expected.captured,
      state === "active" ? expected.remaining : 0n,
    ]);
  }
}

function stored(account: NonNullable<Balance["account"]>) {
  const { funded, spent, withdrawn, held, version, minimumBalance } = account;
  const minimum = minimumBalance === null ? null : nanosOf(minimumBalance);
  return {
    ...{ funded: nanosOf(funded), spent: nanosOf(spent), withdrawn: nanosOf(withdrawn) },
    ...{ held: nanosOf(held), version, minimum },
  };
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
