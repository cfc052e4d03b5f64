import { setTimeout as sleep } from "node:timers/promises";
import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

const data = Buffer.alloc(1024);

/** Which Connect does not look at. */
const sendingGrpcTimeout: Interceptor = (next) => (request) => {
  request.header.set("grpc-timeout", "5S");
  return next(request);
};

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer({
    limits: { callMsMax: 1_000 },
    routes: (router) => {
      router.rpc(AdminService.method.exportOrganizationTokens, async function* (_, { signal }) {
        for (;;) {
          await sleep(5);
          signal.throwIfAborted();
          yield { data };
        }
      });
    },
  });
});
afterAll(() => fixture.server.close(0));

it.each([
  ["gRPC", (baseUrl: string) => createGrpcTransport({ baseUrl })],
  ["gRPC-Web", (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
  ["Connect", (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
  [
    "Connect, beside one of gRPC,",
    (baseUrl: string) =>
      createConnectTransport({ baseUrl, httpVersion: "1.1", interceptors: [sendingGrpcTimeout] }),
  ],
])("an answer by a stream ends over %s without a deadline", async (_, transportTo) => {
  const begunAt = performance.now();
  const read = async () => {
    for await (const _ of createClient(AdminService, transportTo(fixture.url)).exportOrganizationTokens({}))
      if (performance.now() - begunAt > 10_000) throw new Error("it goes on");
  };
  await expect(read()).rejects.toMatchObject({ code: Code.DeadlineExceeded });
});
