import { Code, ConnectError } from "@connectrpc/connect";
import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { socketHost } from "../../src/embedded/connection.ts";
import { createCompany, edgeClient } from "../apigee-edge/edge-client.ts";
import { apigee, madeDeveloper, usd } from "../apigee-x/client.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { Random, seedOf } from "../workload/random.ts";

/** More than any of these calls sends to the database. */
const messagesMax = 60;

let proxy: CommitProxy;
let service: TestService;
let tenant: Tenant;
/** Past the proxy. */
let sql: Sql;

beforeAll(async () => {
  service = await startService({
    reach: async (databaseUrl) => {
      proxy = await startCommitProxy(databaseUrl);
      return proxy.url;
    },
  });
  sql = postgres(service.databaseUrl, { ...socketHost(service.databaseUrl), max: 1 });
  tenant = await service.tenant({ credits: 10_000 });
  await madeDeveloper(x(), "ann@example.com");
  await createCompany(service, tenant, "labs");
  for (const holder of [ann, labs])
    await created(x()("POST", `${holder}/balance:credit`, { body: creditOf("10000", "first") }));
});
afterAll(async () => {
  await sql.end();
  await service.stop();
  await proxy.close();
});

const ann = "/developers/ann@example.com";
const labs = "/appgroups/labs";
const x = () => apigee(service, tenant);
const edge = () => edgeClient(service, tenant);
const clients = () => connectClients(service.url, tenant.admin);
const keyed = (key: string) => ({ header: { "idempotency-key": key } });
const creditOf = (units: string, transactionId: string) => ({ transactionAmount: usd(units), transactionId });

/** Of an answer over REST: it says that something was done, and not that it had been done before. */
async function created(
  answering: Promise<{ readonly status: number; readonly header: object; readonly text: string }>,
): Promise<void> {
  const { status, header, text } = await answering;
  const replayed = header instanceof Headers ? header.get("idempotency-replayed") : undefined;
  expect([status < 300 ? "done" : text, replayed ?? null]).toEqual(["done", null]);
}

const organization = () => ({ organization: tenant.orgId });
const charged = async (key: string) => {
  const usage = { id: key, amount: 2n, source: "api" };
  await clients().frontier.createBillingUsage({ billingId: tenant.billingId, usages: [usage] });
};

interface Booking {
  readonly what: string;
  /** Books once under a key of its own, a UUID. */
  readonly book: (key: string) => Promise<unknown>;
  /** What must be there before, under the same key. */
  readonly prepare?: (key: string) => Promise<unknown>;
}

const bookings: readonly Booking[] = [
  {
    what: "X: a credit",
    book: (key) => created(x()("POST", `${ann}/balance:credit`, { body: creditOf("1", key) })),
  },
  {
    what: "X: a credit of an app group",
    book: (key) => created(x()("POST", `${labs}/balance:credit`, { body: creditOf("1", key) })),
  },
  {
    what: "X: an adjustment",
    book: (key) =>
      created(x()("POST", `${ann}/balance:adjust`, { body: { adjustment: usd("1") }, ...keyed(key) })),
  },
  {
    what: "X: an adjustment of an app group",
    book: (key) =>
      created(x()("POST", `${labs}/balance:adjust`, { body: { adjustment: usd("1") }, ...keyed(key) })),
  },
  {
    what: "X: an adjustment without a key",
    book: () => created(x()("POST", `${ann}/balance:adjust`, { body: { adjustment: usd("1") } })),
  },
  {
    what: "Edge: a top-up",
    book: (key) => {
      const body = { amount: 1, supportedCurrency: { id: "usd" } };
      return created(edge().post(`${ann}/developer-balances`, { ...keyed(key), body }));
    },
  },
  {
    what: "Edge: a credit",
    book: (key) => {
      const query = new URLSearchParams({
        ...{ billingMonth: "APRIL", billingYear: "2024", currencyId: "usd", developerId: "labs" },
        ...{ transactionAmount: "1", transactionNote: "sorry" },
      });
      const path = "/monetization-packages/gold/rate-plans/plan-1/real-currency-credit-transactions";
      return created(edge().post(`${path}?${query}`, keyed(key)));
    },
  },
  { what: "Frontier: a usage", book: charged },
  {
    what: "Frontier: the revert of a usage",
    prepare: charged,
    book: (usageId) =>
      connectClients(service.url, service.platform).admin.revertBillingUsage({
        ...{ billingId: tenant.billingId, usageId, amount: 1n },
      }),
  },
  {
    what: "native: a charge of somebody by email",
    book: async (key) => {
      const transfer = { kind: TransferKind.CHARGE, currency: "USD", amount: "1", key };
      const { receipt } = await clients().ledger.createTransfer({
        ...{ ...organization(), customer: "ann@example.com" },
        ...transfer,
      });
      expect(receipt?.replay).toBe(false);
    },
  },
  {
    what: "native: a hold",
    book: async (key) => {
      const hold = { customer: "ann@example.com", currency: "USD", amount: "1", key };
      const { receipt } = await clients().ledger.createHold({ ...organization(), ...hold });
      expect(receipt?.replay).toBe(false);
    },
  },
];

async function operations(): Promise<number> {
  const [row] = await sql`select count(*)::integer as count from operations where org_id = ${tenant.orgId}`;
  return row?.["count"];
}

const random = new Random(seedOf("cut connections"));

/**
 * Calls with the connection cut at its first message to the database, at its second, and so on, as far as there are any:
 * before the database sees it, or when that has answered, which differs from run to run.
 */
async function cutAtEach(
  call: () => Promise<unknown>,
  of: {
    readonly where?: "before" | "after";
    readonly isCut?: (sent: Buffer) => boolean;
    readonly prepare?: () => Promise<unknown>;
    readonly check?: () => Promise<unknown>;
  },
): Promise<number> {
  for (let message = 0; message < messagesMax; message += 1) {
    await of.prepare?.();
    const { cuts } = proxy;
    const where = of.where ?? random.pick(["before", "after"]) ?? "before";
    let sent = 0;
    proxy.cutAt(where, (data) => (of.isCut?.(data) ?? true) && sent++ === message);
    await call();
    proxy.cutAt(where, () => false);
    await of.check?.();
    if (proxy.cuts === cuts) return message;
  }
  throw new Error(`more than ${messagesMax} messages`);
}

it.each(bookings)(
  "with its connection cut at each message to the database $what is booked once, and said to be",
  async ({ book, prepare = async () => undefined }) => {
    let key = "";
    let booked = 0;
    const cuts = await cutAtEach(() => book(key), {
      prepare: async () => {
        key = uuidv7();
        await prepare(key);
        booked = await operations();
      },
      check: async () => expect(await operations()).toBe(booked + 1),
    });
    // What is small goes out together, so one booking may take as few as what it reads and what it writes.
    expect(cuts).toBeGreaterThan(1);
  },
);

const notThere = async (call: Promise<unknown>) => {
  const error = await call.catch((thrown: unknown) => thrown);
  expect(ConnectError.from(error)).toMatchObject({ code: Code.NotFound });
};
const usdOf = () => ({ ...organization(), code: "USD" });

/** What is deleted, where there is nothing of the kind. */
const deletions: readonly { readonly what: string; readonly remove: (gone: string) => Promise<unknown> }[] = [
  { what: "a currency", remove: () => notThere(clients().currencies.deleteCurrency(usdOf())) },
  {
    what: "a customer",
    remove: (gone) => notThere(clients().customers.deleteCustomer({ ...organization(), customer: gone })),
  },
  {
    what: "a credit limit",
    remove: async () =>
      expect((await edge().delete(`${ann}/developer-credit-limit?supportedCurrencyId=usd`)).status).toBe(404),
  },
];

// Of a COMMIT that was sent nobody knows whether there was something to delete.
it.each(deletions)(
  "$what that is not there is not said to be deleted where no COMMIT was cut",
  async ({ remove }) => {
    const isCut = (sent: Buffer) => !sent.includes("commit\0");
    const { customers } = clients();
    const gone = uuidv7();
    await customers.createCustomer({ ...organization(), id: gone });
    await customers.deleteCustomer({ ...organization(), customer: gone });
    expect(await cutAtEach(() => remove(gone), { where: "before", isCut })).toBeGreaterThan(1);
  },
);
