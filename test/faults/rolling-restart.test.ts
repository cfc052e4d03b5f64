import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { LedgerService, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import type { Program } from "../lifecycle/program.ts";
import { end, endServers, ready, startServer } from "../lifecycle/server.ts";
import { makeTenant } from "../lifecycle/workers/crew.ts";
import { codecOf, GrpcJsClient } from "../protocols/grpc-js.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { brokenRules } from "../support/ledger.ts";
import { basic } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { grpcClient } from "../workload/calls.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };
const credited = 1_000_000;

/** What a client of gRPC is told of how to use two addresses, and when to try again. */
const serviceConfig = {
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: "0.1s",
        maxBackoff: "1s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};
const triesMax = 50;

let database: TestDatabase;
let ports: number[];
beforeAll(async () => {
  database = await createDatabase();
  ports = [await freePort(), await freePort()];
});
afterAll(async () => {
  await endServers();
  await database.drop();
});

function start(port: number): Program {
  return startServer({
    DATABASE_URL: database.url,
    PORT: String(port),
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
  });
}

const urlOf = (port: number | undefined) => `http://127.0.0.1:${port}`;

/** Tries again, as whoever has a key may, what was not answered. */
async function untilAnswered(
  key: string,
  attempt: (tries: number) => Promise<string | undefined>,
): Promise<string> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const answer = await attempt(tries);
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error(`${key} was not answered`);
}

/** Charges a customer under keys of its own until it is told to stop, and keeps what balance each one left. */
class Charging {
  readonly left = new Map<string, string>();
  readonly failures: unknown[] = [];
  private isOver = false;
  private readonly loops: Promise<void>[];

  constructor(ways: Readonly<Record<string, (key: string) => Promise<string>>>) {
    this.loops = Object.entries(ways).map(([name, charge]) => this.chargeOn(name, charge));
  }

  /** Waits until so many more are answered, of each kind of client. */
  async untilAnswered(count: number): Promise<void> {
    const enough = this.left.size + count * this.loops.length;
    await until(async () => this.failures.length > 0 || this.left.size >= enough, 60_000);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.loops);
  }

  private async chargeOn(name: string, charge: (key: string) => Promise<string>) {
    for (let count = 0; !this.isOver; count += 1) {
      const key = `${name}-${count}`;
      try {
        this.left.set(key, await charge(key));
      } catch (error) {
        this.failures.push(error);
      }
      await sleep(5);
    }
  }
}

it("a rolling restart of two instances behind clients with retries loses nothing, and repeats nothing", async () => {
  let instances = ports.map((port) => start(port));
  for (const instance of instances) await ready(instance);
  const { orgId, customers } = await makeTenant(database.url);
  const at = { organization: orgId, customer: customers[0] ?? "", currency: "VC" };
  const first = { ...at, kind: TransferKind.CREDIT, amount: String(credited), key: "first" };
  await grpcClient(urlOf(ports[0]), credential).createTransfer(first);
  const charged = (key: string) => ({ ...at, kind: TransferKind.CHARGE, amount: "1", key });

  const grpc = new GrpcJsClient(urlOf(ports[0]), credential, {
    target: `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(",")}`,
    options: { "grpc.service_config": JSON.stringify(serviceConfig) },
  });
  const codec = codecOf(LedgerService.method.createTransfer);
  const byGrpc = (key: string) =>
    untilAnswered(key, async () => {
      try {
        return (await grpc.call(codec, charged(key))).receipt?.after?.posted;
      } catch (error) {
        if (ConnectError.from(error).code === Code.Unavailable) return undefined;
        throw error;
      }
    });
  const byRest = (key: string) =>
    untilAnswered(key, async (tries) => {
      const url = `${urlOf(ports[tries % ports.length])}/tallystick/v1/organizations/${orgId}/transfers`;
      const headers = { authorization: basic(credential), "content-type": "application/json" };
      const body = JSON.stringify({ ...charged(key), kind: "TRANSFER_KIND_CHARGE" });
      const answer = await fetch(url, { method: "POST", headers, body }).catch(() => undefined);
      if (answer === undefined || answer.status === 503) return undefined;
      if (answer.status !== 200) throw new Error(await answer.text());
      return ((await answer.json()) as { receipt: { after: { posted: string } } }).receipt.after.posted;
    });
  const charging = new Charging({ grpc1: byGrpc, grpc2: byGrpc, rest1: byRest, rest2: byRest });
  for (const [index, instance] of instances.entries()) {
    await charging.untilAnswered(10);
    expect(await end(instance, "SIGTERM")).toBe(0);
    await charging.untilAnswered(10);
    const next = start(ports[index] ?? 0);
    instances = instances.with(index, next);
    await ready(next);
  }
  await charging.untilAnswered(10);
  await charging.stop();
  grpc.close();

  const { failures, left } = charging;
  expect(failures).toEqual([]);
  // Each took one from what the one before had left.
  const balances = [...left.values()].map(Number).sort((a, b) => b - a);
  expect(balances).toEqual(balances.map((_, index) => credited - 1 - index));
  const [row] = await withSql(
    database.url,
    (sql) => sql`select count(*)::int as done, count(distinct key)::int as keys from operations
      where org_id = ${orgId}`,
  );
  expect(row).toEqual({ done: left.size + 1, keys: left.size + 1 });
  const { posted } = await grpcClient(urlOf(ports[0]), credential).getBalance(at);
  expect(posted).toBe(String(credited - left.size));
  expect(await brokenRules(database.url)).toEqual([]);
}, 120_000);
