import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../support/failure.ts";
import { ClusterWorld, type PlacedOrganization } from "./cluster-world.ts";

const installation = process.env["TEST_CITUS"];
const startMsMax = 120_000;
const testMsMax = 60_000;

if (!installation)
  it("did not run: TEST_CITUS names no installation", () => expect(installation).toBeFalsy());
else
  describe("while a COMMIT is on its way to its node, and its coordinator knows no more of it,", () =>
    wait(installation));

function wait(citus: string) {
  let world: ClusterWorld;
  beforeAll(async () => {
    world = await ClusterWorld.create(citus);
  }, startMsMax);
  afterAll(() => world.destroy());

  const put = ({ orgId: organization }: PlacedOrganization, decimalPlaces: number) =>
    world.clients.currencies.updateCurrency({ organization, code: "USD", allowMissing: true, decimalPlaces });
  const credit = ({ orgId, customers: [customer = ""] }: PlacedOrganization) =>
    world.clients.ledger.createTransfer({
      ...{ organization: orgId, customer, kind: TransferKind.CREDIT },
      ...{ currency: "USD", amount: "0.0005", key: "credit" },
    });
  const narrow = (organization: PlacedOrganization) => put(organization, 2);

  it.each([
    ["a currency keeps the places that a credit has", credit, narrow, "CURRENCY_STRANDS"],
    ["a credit has no more places than its currency keeps", narrow, credit, "TOO_MANY_PLACES"],
  ])(
    "%s",
    async (_, first, second, refusal) => {
      const [organization] = await world.organizations(1);
      if (organization === undefined) throw new Error("no organization");
      await put(organization, 4);
      const stranded = world.proxyOf(organization.node).strand();
      const firstly = first(organization);
      await stranded.isThere;
      const secondly = outcomeOf(second(organization));
      await Promise.race([secondly, world.untilOneWaits(organization.node)]);
      stranded.letGo();
      expect([await outcomeOf(firstly), await secondly]).toEqual(["done", refusal]);
    },
    testMsMax,
  );
}

/** What became of a call: done, or why it was refused. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  const [settled] = await Promise.allSettled([call]);
  return settled?.status === "rejected" ? (await failureOf(Promise.reject(settled.reason))).reason : "done";
}
