import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type Receipt, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import type { EmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { createService, type TallystickService } from "../../src/service.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { type Failure, failureOf, faultyFields } from "../support/failure.ts";
import { brokenRules } from "../support/ledger.ts";
import { connectClients } from "../support/service.ts";
import { until } from "../support/until.ts";
import { cutOff, promote, startPrimary, startStandby, untilCaughtUp } from "./standby.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };
const organization = "followed";
const startMsMax = 120_000;
const refusalMsMax = 30_000;

let folder: string;
let primary: EmbeddedPostgres;
let standby: EmbeddedPostgres;
let proxy: CommitProxy;
let service: TallystickService;
let clients: ReturnType<typeof connectClients>;

/** A service that reaches the primary by way of a proxy, and a standby beside it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-promotion-"));
  primary = await startPrimary(join(folder, "primary"));
  proxy = await startCommitProxy(primary.url);
  service = await createService(proxy.url, pino({ enabled: false }));
  await ensureAdminCredential(service.app, credential);
  const { port } = await service.listen("127.0.0.1", 0);
  clients = connectClients(`http://127.0.0.1:${port}`, credential);
  await clients.organizations.createOrganization({ name: organization });
  standby = await startStandby(primary.url, join(folder, "standby"));
}, startMsMax);
afterAll(async () => {
  await service.stop();
  await proxy.close();
  await Promise.all([primary.stop(), standby.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function newCustomer(): Promise<string> {
  return (await clients.customers.createCustomer({ organization })).customer?.id ?? "";
}

/** Credits with keys of this name, at once, each again until there is an answer. */
function credit(customer: string, name: string, count: number): Promise<Receipt[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) => {
      const transfer = { kind: TransferKind.CREDIT, currency: "VC", amount: "1", key: `${name} ${n}` };
      const asked = { organization, customer, ...transfer };
      return until(() =>
        clients.ledger.createTransfer(asked).then(
          ({ receipt }) => receipt,
          () => undefined,
        ),
      );
    }),
  );
}

const idsOf = (...receipts: readonly Receipt[]) => receipts.map(({ transfer }) => transfer?.id ?? "").sort();

/** Somebody who follows, and what they have heard of. */
class Follower {
  readonly ids: string[] = [];
  private token = "";

  /** How many transfers the next page had. */
  async page(): Promise<number> {
    const asked = { organization, ascending: true, pageSize: 7, pageToken: this.token };
    const { transfers, nextPageToken } = await clients.ledger.listTransfers(asked, { timeoutMs: 5_000 });
    this.ids.push(...transfers.map(({ id }) => id));
    this.token = nextPageToken;
    return transfers.length;
  }

  async toEnd(): Promise<void> {
    while ((await this.page()) > 0);
  }
}

/** Waits until a page is refused for this reason; it never is answered before. */
function untilRefused(follower: Follower, reason: string): Promise<Failure> {
  return until(async () => {
    const failure = await failureOf(follower.page());
    return failure.reason === reason && failure;
  }, refusalMsMax);
}

it(
  "a follower is told to begin anew, then finds what is there once and what was lost no more",
  async () => {
    const [known, idle] = [await newCustomer(), await newCustomer()];
    const follower = new Follower();
    const kept = await credit(known, "kept", 20);
    await follower.page();
    await untilCaughtUp(primary.url, standby.url);
    await cutOff(standby.url);
    // Acknowledged, and on no other server; one account came into being with them.
    const askLost = async () => [...(await credit(known, "lost", 5)), ...(await credit(idle, "lost too", 1))];
    const lost = await askLost();
    await follower.toEnd();
    expect([...follower.ids].sort()).toEqual(idsOf(...kept, ...lost));

    await primary.stop();
    proxy.redirect(standby.url);
    // A standby says nothing of its life.
    await untilRefused(follower, "UNAVAILABLE");
    await promote(standby.url);
    const refused = await untilRefused(follower, "INVALID_FIELDS");
    expect(faultyFields(refused)).toEqual(["pageToken"]);
    expect(refused.message).toMatch(/restored/);

    const anew = new Follower();
    const booking = credit(known, "new", 20);
    await anew.page();
    const booked = await booking;
    await anew.toEnd();
    expect([...anew.ids].sort()).toEqual(idsOf(...kept, ...booked));
    expect(follower.ids.filter((id) => !anew.ids.includes(id)).sort()).toEqual(idsOf(...lost));

    // Their keys find out that they were not done; then they are, under the ids that they had.
    const again = await askLost();
    expect(again.filter(({ replay }) => replay)).toEqual([]);
    expect(idsOf(...again)).toEqual(idsOf(...lost));
    await anew.toEnd();
    expect([...anew.ids].sort()).toEqual(idsOf(...kept, ...booked, ...again));
    expect(await brokenRules(standby.url)).toEqual([]);
  },
  startMsMax,
);
