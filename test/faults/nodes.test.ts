import { setTimeout as sleep } from "node:timers/promises";
import { ConnectError } from "@connectrpc/connect";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { untilReady } from "../support/ready.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { Random, seedOf } from "../workload/random.ts";
import { ClusterWorld } from "./cluster-world.ts";
import { nameOf, OrganizationLoad, type Seen } from "./organization-load.ts";

const installation = process.env["TEST_CITUS"];
const organizationsOfEach = 4;
const answersBefore = 20;
/** How long a node is away. */
const awayMs = 10_000;
/** Calls of organizations on other nodes that are to be answered within a second, of a hundred. */
const shareMin = 95;
/** Calls at once that ask every node: more than there are connections for them. */
const crowd = 48;
const recoveryMsMax = 45_000;
const startMsMax = 120_000;
const testMsMax = 180_000;

const random = new Random(seedOf("nodes"));

if (!installation)
  it("did not run: TEST_CITUS names no installation", () => expect(installation).toBeFalsy());
else describe("a node of a cluster", () => strike(installation));

function strike(citus: string) {
  let world: ClusterWorld;
  beforeAll(async () => {
    world = await ClusterWorld.create(citus);
  }, startMsMax);
  afterAll(() => world.destroy());

  it.each(["dead", "silent"] as const)(
    "that is %s, and returns, is away for its own organizations alone, and nothing is lost or done twice",
    async (how) => {
      const [node] = world.nodes;
      if (node === undefined) throw new Error("no nodes");
      const organizations = await world.organizations(organizationsOfEach);
      const loads = organizations.map((each) => new OrganizationLoad(each, world.client, random));
      let [struckAt, backAt] = [0, 0];
      try {
        await Promise.all(loads.map((load) => load.untilAnswered(answersBefore)));
        struckAt = performance.now();
        const giveBack = await (how === "dead" ? world.kill(node) : world.silence(node));
        await sleep(awayMs);
        await giveBack();
        backAt = performance.now();
        await Promise.all(loads.map((load) => load.untilAnswered(answersBefore)));
      } finally {
        await Promise.all(loads.map((load) => load.stop()));
      }

      const during = (isOn: boolean) =>
        loads
          .filter(({ organization }) => (organization.node === node) === isOn)
          .flatMap(({ seen }) => seen.filter(({ at }) => at >= struckAt && at < backAt));
      const [healthy, struck] = [during(false), during(true)];
      process.stderr.write(`${how}: on other nodes ${figures(healthy)}; on the node ${figures(struck)}\n`);
      expect(share(healthy)).toBeGreaterThanOrEqual(shareMin);
      const failures = new Set(struck.map(({ outcome }) => outcome).filter((each) => each !== "answered"));
      expect([...failures]).toEqual(["Unavailable with RetryInfo"]);

      for (const { journal, organization } of loads) {
        await journal.resolveDoubts(world.client);
        expect(journal.unexpected).toEqual([]);
        expect(await journal.contradictions(world.client)).toEqual([]);
        const { orgId } = organization;
        expect(await withSql(world.databaseUrl, (sql) => journal.surplus(sql, orgId))).toBe(0);
        const { violations } = await world.client.verifyLedger({ organization: orgId });
        expect(violations).toEqual([]);
      }
    },
    testMsMax,
  );

  it.each(["dead", "silent"] as const)(
    "that is %s is no matter to what does not need it, and what needs every node waits for none",
    async (how) => {
      const [node] = world.nodes;
      const on = (await world.organizations(1)).find((each) => each.node === node);
      if (node === undefined || on === undefined) throw new Error("no nodes");
      const { organizations, credentials, admin, ledger } = world.clients;
      const organization = on.orgId;
      const { credential } = await credentials.createCredential({ organization, role: Role.WRITER });
      const before = world.saidOf(node).length;
      const untilSaid = (count: number) =>
        until(async () => world.saidOf(node).length >= before + count, recoveryMsMax);
      const askEveryNode = () =>
        Promise.all(
          times(crowd).map(() => admin.listAllBillingAccounts({}).then(() => "answered", refusalOf)),
        );

      const giveBack = await (how === "dead" ? world.kill(node) : world.silence(node));
      const early = askEveryNode();
      await untilSaid(1);
      const away = times(crowd).map(
        () => "Unavailable with RetryInfo: a node of the database that this needs is away",
      );
      const said = (outcomes: readonly string[]) => outcomes.map((each) => each.replace(/;.*/, ""));
      expect(said(await askEveryNode())).toEqual(away);
      expect(said(await early)).toEqual(away);
      await untilReady(world.url);
      const refused = [
        organizations.createOrganization({ name: `made-while-${how}` }),
        organizations.disableOrganization({ organization }),
        ledger.verifyLedger({}),
        ledger.getBalance({ organization, customer: on.customers[0] ?? "", currency: "VC" }),
      ];
      const outcomes = await Promise.all(refused.map((each) => each.then(() => "answered", refusalOf)));
      expect(said(outcomes)).toEqual(away.slice(0, refused.length));
      await organizations.getOrganization({ organization });
      const clientId = credential?.clientId ?? "";
      const revoked = await credentials.revokeCredential({ organization, clientId });
      expect(revoked.credential?.revokeTime).toBeDefined();

      await giveBack();
      await untilSaid(2);
      expect(world.saidOf(node).slice(before)).toEqual([
        ...["a node of the database is away", "a node of the database is back"],
      ]);
      await organizations.createOrganization({ name: `made-while-${how}` });
      await organizations.disableOrganization({ organization });
    },
    testMsMax,
  );

  it(
    "on which a command ends its connection is lost to that command alone",
    async () => {
      const [on] = await world.organizations(1);
      if (on === undefined) throw new Error("no nodes");
      const key = `ends-connections-${on.orgId}`;
      await world.endConnectionsOf(key);
      const [poisoned = "", ...customers] = on.customers;
      const credit = (customer: string, key: string) =>
        world.client
          .createTransfer({
            ...{ organization: on.orgId, customer, key },
            ...{ kind: TransferKind.CREDIT, amount: "1", currency: "VC" },
          })
          .then(() => "answered", nameOf);
      const neighbours = times(crowd).map((n) =>
        credit(customers[n % customers.length] ?? "", `credit-${n}`),
      );
      expect(await credit(poisoned, key)).toBe("Unavailable with RetryInfo");
      expect(await Promise.all(neighbours)).toEqual(times(crowd).map(() => "answered"));
    },
    testMsMax,
  );
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

function refusalOf(error: unknown): string {
  return `${nameOf(error)}: ${ConnectError.from(error).rawMessage}`;
}

function share(calls: readonly Seen[]): number {
  const inTime = calls.filter(({ outcome, ms }) => outcome === "answered" && ms < 1_000);
  return (100 * inTime.length) / calls.length;
}

function figures(calls: readonly Seen[]): string {
  const longest = Math.max(...calls.map(({ ms }) => ms));
  return `${share(calls).toFixed(1)} % of ${calls.length} calls answered within a second, the longest took ${longest.toFixed(0)} ms`;
}
