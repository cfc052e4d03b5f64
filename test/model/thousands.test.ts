import { brokenRules } from "../support/ledger.ts";
import { Random, seedOf } from "../workload/random.ts";
import { Crowd, slotMs } from "./crowd.ts";
import type { ModelCommand } from "./model-command.ts";
import { type Organization, World } from "./world.ts";

const holdsOfCommand = 400;
/** For a machine that has much else to do. */
const patienceMs = 120_000;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

/** Asks one instance or the other, alone, so that each command is a batch, and compares the answer. */
class Player {
  private readonly asked: ModelCommand[] = [];

  constructor(
    private readonly organization: Organization,
    private readonly random: Random,
  ) {}

  async play(...commands: readonly ModelCommand[]): Promise<void> {
    for (const command of commands) {
      this.asked.push(command);
      const expected = this.organization.model.submit(command);
      expect(await this.organization.submit(command, this.random.below(2))).toEqual(expected);
    }
  }

  /** All that was asked for, again. */
  async repeat(): Promise<void> {
    await this.play(...this.asked.splice(0));
  }
}

/** The most that one batch noted as expired, and that it captured because it was due. */
async function portions({ names: { orgId } }: Organization) {
  const [row] = await world.test.sql`
    select max(cardinality(expired)) as noted, max(captured)::int as captured
    from changes c cross join lateral (select count(*) as captured from operations o
      where o.org_id = ${orgId} and o.id = any(c.operations) and o.created_by = '') o
    where c.org_id = ${orgId}`;
  return { ...row };
}

it(
  "the engine answers and keeps what the model does where one account has thousands of holds",
  async () => {
    const random = new Random(seedOf("thousands of holds"));
    const organization = await world.found();
    const crowd = new Crowd(organization.model, random);
    const player = new Player(organization, random);
    // What expires in one slot is due in the midst of the next one.
    await organization.letPass(slotMs / 2);
    const setAside = async (commands: number) => {
      await player.play(crowd.credit());
      for (let n = 0; n < commands; n += 1) await player.play(crowd.holds(holdsOfCommand));
    };

    // Nobody looks until all of them are due.
    await setAside(4);
    await player.play(crowd.changes());
    await organization.letPass(crowd.slotsMax * slotMs);
    await player.play(crowd.charge(), crowd.changes(), crowd.attempt(), crowd.changes());
    await organization.expectSame();

    // Some are due every time that somebody looks.
    await setAside(2);
    for (let round = 0; round < 6; round += 1) {
      await organization.letPass(random.below(crowd.slotsMax / 6) * slotMs);
      await player.play(crowd.changes(), random.below(2) === 0 ? crowd.charge() : crowd.attempt());
    }
    await organization.expectSame();
    await player.repeat();
    await organization.expectSame();

    expect(await portions(organization)).toEqual({ noted: 1_000, captured: 200 });
    expect(await brokenRules(world.test.url)).toEqual([]);
  },
  patienceMs,
);
