import fc from "fast-check";
import { Limits, type NewLimit } from "../../src/store/terms/limits.ts";
import { operator } from "../../src/store/trail/by.ts";
import { brokenRules } from "../support/ledger.ts";
import { seedOf } from "../workload/random.ts";
import { Caller, currencies, histories, type Intervention, type Round } from "./history.ts";
import { accountsOf, type ModelAnswer, type ModelCommand } from "./model-command.ts";
import { amountOf } from "./translate.ts";
import { type Organization, World } from "./world.ts";

/** How many random histories are played. */
const runs = Number(process.env["TEST_RUNS"] ?? 12);
/** For a machine that has much else to do; alone a history takes a tenth of a second. */
const patienceMs = runs * 5_000;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

async function intervene(organization: Organization, intervention: Intervention): Promise<void> {
  const { model, names } = organization;
  const { orgId } = names;
  const { sql } = world.test;
  if (intervention.type === "configure") {
    if (!model.inactive.delete(intervention.currency)) model.inactive.add(intervention.currency);
    for (const code of currencies) {
      const status = model.inactive.has(code) ? "inactive" : "active";
      await sql`insert into currencies (org_id, code, display_name, is_virtual, places, status, credit_limit, minimum_top_up)
        values (${orgId}, ${code}, '', false, 9, ${status}, 0, 0) on conflict (org_id, code) do update set status = ${status}`;
    }
    return;
  }
  const { customer } = intervention;
  const customerId = names.customerId(customer);
  if (intervention.type === "toggle") {
    if (!model.disabled.delete(customer)) model.disabled.add(customer);
    await sql`update customers set state = case when state = 'active' then 'disabled' else 'active' end
      where org_id = ${orgId} and id = ${customerId}`;
    return;
  }
  const { currency } = intervention;
  const set = await new Limits(world.database).set(
    { orgId, customerId, currency },
    intervention.type === "limit"
      ? limited(organization, intervention)
      : overdrawn(organization, intervention),
    { dryRun: false, by: operator("test") },
  );
  expect(set).toMatchObject({ owner: { customerId } });
}

function limited({ model }: Organization, of: Extract<Intervention, { type: "limit" }>): NewLimit {
  const { customer, currency, minimum, endsInMs } = of;
  const minimumBalance = amountOf(minimum);
  model.setLimit(customer, currency, { minimum, endsAt: endsInMs === null ? null : model.now + endsInMs });
  return endsInMs === null
    ? { minimumBalance, endsAt: null }
    : { minimumBalance, endsAt: new Date(Date.now() + endsInMs) };
}

function overdrawn({ model }: Organization, of: Extract<Intervention, { type: "overdraft" }>): NewLimit {
  model.overdrafts.set(`${of.customer}/${of.currency}`, of.overdraft);
  return { captureOverdraft: amountOf(of.overdraft) };
}

type Submit = (command: ModelCommand, instance: number) => Promise<ModelAnswer>;

/** Commands that share an account or a key, by their places: what is in one group is done in order, groups commute. */
function groupsOf(commands: readonly ModelCommand[]): number[][] {
  const groups = new Map<string, { names: Set<string>; members: number[] }>();
  for (const [place, { operations }] of commands.entries()) {
    const names = operations.flatMap((operation) => [`key ${operation.key}`, ...accountsOf(operation)]);
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
        const answered = submit(command, instance).then((answer) => {
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
async function whileLocked<T>(
  orgId: string,
  customerId: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (customerId === undefined) return work();
  const connection = await world.test.sql.reserve();
  await connection`begin`;
  await connection`select from accounts where org_id = ${orgId} and customer_id = ${customerId} for update`;
  const working = work();
  await world.test.sql`select`;
  await connection`rollback`;
  connection.release();
  return working;
}

/** Plays a history to the model and to two instances at once, and compares each answer. */
async function play(organization: Organization, history: readonly Round[]): Promise<void> {
  const { model, names } = organization;
  const caller = new Caller();
  for (const { pauseMs, intervention, locked, ...round } of history) {
    await organization.letPass(pauseMs);
    if (intervention !== null) await intervene(organization, intervention);
    const commands = caller.commandsOf(round, model);
    const expected = commands.map((command) => model.submit(command));
    const answers = await whileLocked(
      names.orgId,
      locked === null ? undefined : names.customerId(locked),
      () =>
        submitAll(commands, {
          submit: (command, instance) => organization.submit(command, instance),
          isLocked: locked !== null,
        }),
    );
    expect(answers).toEqual(expected);
  }
}

it(
  "the engine answers and keeps what the model does, whatever the history",
  async () => {
    const property = fc.asyncProperty(histories({ roundsMax: 10, movesMax: 12 }), async (history) => {
      const organization = await world.found();
      await play(organization, history);
      await organization.expectSame();
    });
    await fc.assert(property, { numRuns: runs, seed: seedOf("model") });
    expect(await brokenRules(world.test.url)).toEqual([]);
  },
  patienceMs,
);
