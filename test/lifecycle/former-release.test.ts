import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { createDatabase } from "../support/database.ts";
import { connectClients } from "../support/service.ts";
import { outcomeOf, startProgram } from "./program.ts";
import { end, endServers, ready, startServer } from "./server.ts";

afterAll(endServers);

const credential = { clientId: "platform", clientSecret: "platform-secret-of-the-tests" };
const organization = "upgraded";
const former = process.env["TEST_FORMER"] ?? "";
const isBuilt = former !== "" && existsSync(resolve(former, "dist/bin/tallystick.js"));

type Clients = ReturnType<typeof connectClients>;

async function book({ ledger }: Clients, key: string, kind = TransferKind.CREDIT) {
  const transfer = { organization, customer: "ann@example.com", kind, currency: "VC", amount: "3", key };
  const { receipt } = await ledger.createTransfer(transfer);
  return { id: receipt?.transfer?.id, balance: receipt?.after?.posted, replay: receipt?.replay ?? false };
}

/** Books through both at once, in turns on the one account. */
async function bookThroughBoth(one: Clients, other: Clients, name: string): Promise<void> {
  const keys = Array.from({ length: 30 }, (_, each) => `${name}-${each}`);
  await Promise.all(keys.map((key, each) => book(each % 2 === 0 ? one : other, key)));
}

async function upgrades(): Promise<void> {
  const database = await createDatabase("empty");
  const settings = {
    DATABASE_URL: database.url,
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
  };
  const formerServer = () => startServer(settings, resolve(former));
  const clientsOf = async (server: ReturnType<typeof startServer>) =>
    connectClients(await ready(server), credential);

  const first = formerServer();
  const before = await clientsOf(first);
  await before.organizations.createOrganization({ name: organization });
  await before.customers.createCustomer({ organization, name: "Ann", email: "ann@example.com" });
  const booked = await book(before, "before");
  const page = await before.ledger.listTransfers({ organization, ascending: true });

  // While the former one serves: the migration, then a newer one beside it.
  const migrated = outcomeOf(startProgram(["migrate"], settings));
  await bookThroughBoth(before, before, "while it migrates");
  expect(await migrated).toMatchObject({ code: 0 });
  const beside = await clientsOf(startServer(settings));
  await bookThroughBoth(before, beside, "beside");
  expect(await book(beside, "before")).toEqual({ ...booked, replay: true });
  const after = await book(beside, "after");
  expect(await book(before, "after")).toEqual({ ...after, replay: true });
  const since = { organization, ascending: true, pageSize: 1000, pageToken: page.nextPageToken };
  for (const clients of [before, beside])
    expect((await clients.ledger.listTransfers(since)).transfers).toHaveLength(61);

  // A page of either goes on with one of the other.
  const newest = { organization, customer: "ann@example.com", pageSize: 40 };
  for (const [one, other] of [
    [before, beside],
    [beside, before],
  ] as const) {
    const { nextPageToken: pageToken } = await one.ledger.listTransfers(newest);
    expect((await other.ledger.listTransfers({ ...newest, pageToken })).transfers).toHaveLength(22);
  }

  // Back to the former release, which starts on the newer schema, too.
  expect(await end(first, "SIGTERM")).toBe(0);
  const again = await clientsOf(formerServer());
  await bookThroughBoth(again, beside, "again");
  expect((await beside.ledger.verifyLedger({ organization })).violations).toEqual([]);
  expect((await again.ledger.verifyLedger({ organization })).violations).toEqual([]);
  await endServers();
  await database.drop();
}

describe("the former release beside this one", () => {
  if (isBuilt) it("serves the same ledger, before, during and after the migration", upgrades, 120_000);
  else it("did not run: TEST_FORMER names no build of it", () => expect(isBuilt).toBe(false));
});
