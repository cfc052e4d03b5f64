import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { type ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { retrying } from "../../clients/typescript/src/retry.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { until } from "../support/until.ts";

/** What the service has looked at. */
const looked: string[] = [];
let answerFirst = () => {};

const server = createServer(
  connectNodeAdapter({
    routes: (router) => {
      router.service(CustomerService, {
        createCustomer: async ({ name }) => {
          looked.push(name);
          if (name === "first")
            await new Promise<void>((resolve) => {
              answerFirst = resolve;
            });
          return {};
        },
      });
      router.service(LedgerService, {
        async *exportEntries({ customer }) {
          looked.push(customer);
          yield {};
        },
      });
    },
  }),
);

let sessions: Http2SessionManager;
let transport: Transport;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sessions = new Http2SessionManager(baseUrl);
  transport = createGrpcTransport({ baseUrl, sessionManager: sessions });
});
afterAll(() => {
  sessions.abort();
  server.close();
});

it("are asked for again, those too that must not be done twice, and each is done once", async () => {
  const refused: string[] = [];
  const note = (error: ConnectError) => {
    refused.push(error.message);
    throw error;
  };
  const noting: Transport = {
    unary: (...call) => transport.unary(...call).catch(note),
    stream: (...call) => transport.stream(...call).catch(note),
  };
  // That it is refused tells that there is a service.
  const client = retrying(noting, { timeoutMs: 60_000, attemptTimeoutMs: 10_000, strangeMs: 0 });
  const customers = createClient(CustomerService, client);
  const ledger = createClient(LedgerService, client);
  const narrowed = once(server, "stream").then(([{ session }]) =>
    session.settings({ maxConcurrentStreams: 1 }),
  );

  const first = customers.createCustomer({ name: "first" });
  await narrowed;
  // The client has not heard of it yet.
  const second = customers.createCustomer({ name: "second" });
  const entries = async () => {
    for await (const _ of ledger.exportEntries({ customer: "third" }));
  };
  const third = entries();
  await until(async () => refused.length === 2);
  answerFirst();
  await Promise.all([first, second, third]);
  const words = "[internal] Stream closed with error code NGHTTP2_REFUSED_STREAM";
  expect(refused).toEqual([words, words]);
  expect(looked.sort()).toEqual(["first", "second", "third"]);
});
