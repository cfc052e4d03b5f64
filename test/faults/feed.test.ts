import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { Random, seedOf } from "../workload/random.ts";
import { ClusterWorld, type PlacedOrganization } from "./cluster-world.ts";
import { Follower } from "./follower.ts";
import { OrganizationLoad } from "./organization-load.ts";

const installation = process.env["TEST_CITUS"];
const strikesOfEach = process.env["TEST_FAULTS"] === "long" ? 10 : 2;
const organizationsOfEach = 2;
const answersBetween = 10;
const lateMsMax = 1_500;
const startMsMax = 120_000;
const testMsMax = 60_000 + strikesOfEach * 30_000;

const random = new Random(seedOf("feed"));

if (!installation)
  it("did not run: TEST_CITUS names no installation", () => expect(installation).toBeFalsy());
else describe("whoever follows transfers on a cluster", () => follow(installation));

function follow(citus: string) {
  let world: ClusterWorld;
  beforeAll(async () => {
    world = await ClusterWorld.create(citus);
  }, startMsMax);
  afterAll(() => world.destroy());

  const killCoordinator = async () => (await world.kill(world.coordinator))();
  const cutAll = async () => {
    for (const node of world.nodes) world.proxyOf(node).cut();
  };
  const strandOne = async () => {
    const stranded = world.proxyOf(random.pick(world.nodes) ?? world.coordinator).strand();
    await stranded.isThere;
    await sleep(random.below(lateMsMax));
    stranded.letGo();
  };

  it.each([
    ["the coordinator is killed", killCoordinator],
    ["connections to nodes are cut", cutAll],
    ["a COMMIT comes to its node when its connection is gone", strandOne],
    [
      "the coordinator is killed while a COMMIT is on its way",
      async () => {
        const stranded = world.proxyOf(world.nodes[0] ?? world.coordinator).strand();
        await stranded.isThere;
        await killCoordinator();
        stranded.letGo();
      },
    ],
  ])(
    "is answered each transfer once, under load, when %s",
    async (_, strike) => {
      const organizations = await world.organizations(organizationsOfEach);
      const loads = organizations.map((each) => new OrganizationLoad(each, world.client, random));
      const followers = organizations.map(({ orgId }) => new Follower(orgId, world.client));
      try {
        for (let strikes = 0; strikes < strikesOfEach; strikes += 1) {
          await Promise.all(loads.map((load) => load.untilAnswered(answersBetween)));
          await strike();
        }
        await Promise.all(loads.map((load) => load.untilAnswered(answersBetween)));
      } finally {
        await Promise.all(loads.map((load) => load.stop()));
      }
      for (const { journal } of loads) {
        await journal.resolveDoubts(world.client);
        expect(journal.unexpected).toEqual([]);
        expect(await journal.contradictions(world.client)).toEqual([]);
      }
      await Promise.all(followers.map((each) => each.stop()));
      for (const [index, { seen }] of followers.entries()) {
        const organization = organizations[index] as PlacedOrganization;
        const acknowledged = [...(loads[index]?.journal.acknowledged.values() ?? [])]
          .flatMap(({ answer }) => answer.receipts)
          .flatMap(({ transfer }) => transfer?.id ?? []);
        const known = new Set(seen);
        expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);
        expect([...seen].sort()).toEqual(await transfersOf(organization));
        expect(await broken(organization)).toEqual([]);
      }
    },
    testMsMax,
  );

  it(
    "is skipped nothing that its node commits behind what comes after it",
    async () => {
      const [organization] = await world.organizations(1);
      if (organization === undefined) throw new Error("no organization");
      const { orgId, node, customers } = organization;
      const book = (how: { kind: TransferKind; customer: string; toCustomer?: string }) =>
        world.client.createTransfer(
          { organization: orgId, currency: "VC", amount: "1", key: uuidv7(), ...how },
          { timeoutMs: 30_000 },
        );
      const credit = (customer = "") => book({ kind: TransferKind.CREDIT, customer });
      for (const customer of customers) await credit(customer);
      const follower = new Follower(orgId, world.client);
      await until(async () => follower.seen.length === customers.length);
      const stranded = world.proxyOf(node).strand();
      const [one, other = "", another = ""] = customers;
      const first = credit(one);
      await stranded.isThere;
      // It shares no account with it.
      const second = book({ kind: TransferKind.TRANSFER, customer: other, toCustomer: another });
      // It is done meanwhile where it does not wait for its turn; and where it does, the follower has nothing to read.
      await Promise.race([second, world.untilOneWaits(node)]);
      await follower.untilAsked();
      stranded.letGo();
      await Promise.all([first, second]);
      await follower.stop();
      expect([...follower.seen].sort()).toEqual(await transfersOf(organization));
      expect(await broken(organization)).toEqual([]);
    },
    testMsMax,
  );

  /** The ids of all transfers of an organization. */
  async function transfersOf({ orgId }: PlacedOrganization): Promise<string[]> {
    const rows = await withSql(
      world.databaseUrl,
      (sql) => sql<{ id: string }[]>`
        select id from operations where org_id = ${orgId} and to_account_id is not null`,
    );
    return rows.map(({ id }) => id).sort();
  }

  async function broken({ orgId }: PlacedOrganization) {
    return (await world.client.verifyLedger({ organization: orgId })).violations;
  }
}
