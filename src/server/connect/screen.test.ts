import { gzipSync } from "node:zlib";
import type { ConnectRouter } from "@connectrpc/connect";
import { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { answerOf, frame, RawClient } from "../../../test/grpc/raw-client.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

const exported = `/${AdminService.typeName}/ExportOrganizationTokens`;

let fixture: Fixture;
let client: RawClient;
beforeAll(async () => {
  const routes = (router: ConnectRouter) => {
    router.service(AdminService, {
      async *exportOrganizationTokens() {
        yield { contentType: "text/csv" };
      },
    });
  };
  fixture = await startServer({ routes, limits: { requestMsMax: 5_000, drainMsMax: 100 } });
  client = new RawClient(fixture.url);
});
afterAll(async () => {
  client.close();
  await fixture.server.close(0);
});

/** As many values that the message does not know. */
const values = (count: number) => Buffer.alloc(count * 2, Buffer.from([(15 << 3) | 0, 1]));

it.each([
  ["gRPC", "application/grpc", "grpc-encoding"],
  ["gRPC-Web", "application/grpc-web+proto", "grpc-encoding"],
  ["Connect", "application/connect+proto", "connect-content-encoding"],
])(
  "counts what repeats in the request of a server stream over %s",
  async (_, contentType, encodingHeader) => {
    const send = async (count: number, isCompressed: boolean) => {
      const headers = {
        "content-type": contentType,
        ":path": exported,
        ...(isCompressed && { [encodingHeader]: "gzip" }),
      };
      const body = isCompressed ? frame(gzipSync(values(count)), 1) : frame(values(count));
      const { body: answer, fields } = await client.call({ headers, chunks: [body] });
      return `${answer.toString("latin1")} ${fields["grpc-message"] ?? ""}`;
    };
    for (const isCompressed of [false, true]) {
      expect(await send(26_000, isCompressed)).toContain("has more than 25000 values");
      expect(await send(24_000, isCompressed)).not.toContain("values");
    }
  },
);

it.each([
  ["Connect", "application/proto"],
  ["gRPC-Web", "application/grpc-web+proto"],
  ["Connect JSON", "application/json"],
])(
  "keeps no more of a request to a service that is open to everybody than it may send, over %s",
  async (_, contentType) => {
    const stream = client.open({
      headers: { "content-type": contentType, ":path": "/grpc.health.v1.Health/Check" },
      chunks: [frame(Buffer.alloc(40_000)).subarray(0, 20_000)],
      end: false,
    });
    const { body, fields } = await answerOf(stream);
    const told = `grpc-status: ${fields["grpc-status"]} ${body.toString("latin1")}`;
    expect(told).toMatch(/resource_exhausted|grpc-status: 8/);
  },
);

it.each(["application/grpc", "application/grpc-web+proto", "application/connect+proto"])(
  "parses no second message over %s, which would be as expensive as the first",
  async (contentType) => {
    const headers = { "content-type": contentType, ":path": exported };
    const garbage = frame(Buffer.from([0xff, 0xff]));
    const { body, fields } = await client.call({ headers, chunks: [frame(Buffer.alloc(0)), garbage] });
    const told = `${body.toString("latin1")} ${fields["grpc-message"] ?? ""}`;
    expect(told).toContain("received extra input message");
  },
);
