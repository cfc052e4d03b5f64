import { Code, createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { callsInFlight } from "../support/calls-in-flight.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { failureOf, retryDelayMsOf } from "../support/failure.ts";
import { basic, startService } from "../support/service.ts";
import { testsSideBySide } from "../support/side-by-side.ts";
import { until } from "../support/until.ts";

const ways = {
  gRPC: createGrpcTransport,
  "gRPC-Web": (options: { baseUrl: string }) => createGrpcWebTransport({ ...options, httpVersion: "2" }),
  Connect: (options: { baseUrl: string }) => createConnectTransport({ ...options, httpVersion: "1.1" }),
};

const proxies: CommitProxy[] = [];
afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

/** Most of each is the wait for a database that never answers. */
const testBeside = testsSideBySide(2);

for (const thinGrpc of [true, false])
  testBeside(
    `whoever waits when a stop has waited for long enough is told when to try again, in every protocol (thin path: ${thinGrpc})`,
    async () => {
      let silence = () => {};
      const service = await startService({
        thinGrpc,
        metrics: { port: undefined, access: "open" },
        reach: async (databaseUrl) => {
          const proxy = await startCommitProxy(databaseUrl);
          proxies.push(proxy);
          silence = proxy.silence;
          return proxy.url;
        },
      });
      const tenant = await service.tenant({ credits: 100 });
      const headers = { authorization: basic(tenant.reader) };
      const asked = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC" };
      const calls = Object.values(ways).map((transport) => {
        const client = createClient(LedgerService, transport({ baseUrl: service.url }));
        return () => client.getBalance(asked, { headers });
      });
      const path = `${service.url}/tallystick/v1/organizations/${tenant.orgId}/transfers`;
      // On a connection of its own each, which is known from here on.
      for (const call of calls) await call();
      expect((await fetch(path, { headers })).status).toBe(200);

      silence();
      const waiting = calls.map((call) => call());
      const rest = fetch(path, { headers });
      await until(async () => (await callsInFlight(service.url)) === waiting.length + 1);
      const stopped = service.stop(0);
      for (const call of waiting) {
        expect(await failureOf(call)).toMatchObject({ code: Code.Unavailable, reason: "UNAVAILABLE" });
        expect(await retryDelayMsOf(call)).toBe(1_000);
      }
      const answer = await rest;
      expect(answer.headers.get("retry-after")).toBe("1");
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 503,
        body: { code: Code.Unavailable, details: [{ reason: "UNAVAILABLE" }, { retryDelay: "1s" }] },
      });
      await stopped;
    },
  );
