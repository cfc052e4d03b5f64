import { create, fromJson } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import pino from "pino";
import { ErrorInfoSchema, ResourceInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import type { TestHandler } from "../../../test/fixtures/gateway/rest-server.ts";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { type GatewayFixture, startGateway } from "./gateway.fixture.ts";

const lines: string[] = [];
let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway({ log: pino({}, { write: (line: string) => lines.push(line) }) });
});
afterAll(() => gateway.close());

const failing =
  (error: unknown): TestHandler =>
  () => {
    throw error;
  };

describe("an error of a method", () => {
  const notFound = () =>
    new ConnectError("no such customer", Code.NotFound, undefined, [
      {
        desc: ErrorInfoSchema,
        value: { domain: "tallystick", reason: "CUSTOMER_NOT_FOUND", metadata: { customer: "c1" } },
      },
      { desc: ResourceInfoSchema, value: { resourceType: "customer", resourceName: "c1" } },
    ]);
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      domain: "tallystick",
      reason: "CUSTOMER_NOT_FOUND",
      metadata: { customer: "c1" },
    },
    { "@type": "type.googleapis.com/google.rpc.ResourceInfo", resourceType: "customer", resourceName: "c1" },
  ];

  it("in the native dialect", async () => {
    gateway.implement(failing(notFound()));
    expect(await gateway.call("GET", "/native/items/x")).toMatchObject({
      status: 404,
      json: { code: 5, message: "no such customer", details },
    });
  });

  it("in Frontier's", async () => {
    gateway.implement(failing(notFound()));
    const { json: status } = await gateway.call("GET", "/frontier/items/x");
    expect(status).toMatchObject({ code: 5, message: "no such customer" });
    expect(status.details[1]).toMatchObject({ resource_type: "customer", resource_name: "c1" });
  });

  it("in Apigee X's", async () => {
    gateway.implement(failing(notFound()));
    expect((await gateway.call("GET", "/x/items/x")).json).toEqual({
      error: { code: 404, message: "no such customer", status: "NOT_FOUND", details },
    });
  });

  it("in Apigee Edge's", async () => {
    gateway.implement(failing(notFound()));
    expect((await gateway.call("GET", "/edge/items/x")).json).toEqual({
      code: "mint.customerNotFound",
      message: "no such customer",
      contexts: [{ name: "customer", value: "c1" }],
    });
  });

  it.each([
    [Code.Canceled, 499],
    [Code.Unknown, 500],
    [Code.InvalidArgument, 400],
    [Code.DeadlineExceeded, 504],
    [Code.NotFound, 404],
    [Code.AlreadyExists, 409],
    [Code.PermissionDenied, 403],
    [Code.ResourceExhausted, 429],
    [Code.FailedPrecondition, 400],
    [Code.Aborted, 409],
    [Code.OutOfRange, 400],
    [Code.Unimplemented, 501],
    [Code.Internal, 500],
    [Code.Unavailable, 503],
    [Code.DataLoss, 500],
    [Code.Unauthenticated, 401],
  ])("of code %d has status %d", async (code, status) => {
    gateway.implement(failing(new ConnectError("why", code)));
    expect(await gateway.call("GET", "/native/items/x")).toMatchObject({
      status,
      json: { code, message: "why" },
    });
  });

  it.each<[string, string, TestHandler]>([
    ["that it did not mean to tell", "secret", failing(new Error("secret"))],
    ["in writing the answer", "cannot encode", () => unwritable()],
  ])("%s is told by the request's id, under which the log has it", async (_, words, implementation) => {
    lines.length = 0;
    gateway.implement(implementation);
    const headers = { "x-request-id": "request-7" };
    expect(await gateway.call("GET", "/native/items/x", { headers })).toMatchObject({
      status: 500,
      json: {
        code: 13,
        message: "internal error; request id request-7",
        details: [{ domain: "tallystick", reason: "INTERNAL", metadata: { request_id: "request-7" } }],
      },
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        requestId: "request-7",
        method: "test.TestService/Get",
        err: { message: expect.stringContaining(words) },
      },
    ]);
  });
});

function unwritable() {
  const message = fromJson(everything, { ttl: "1s" });
  return Object.assign(message, { ttl: create(DurationSchema, { seconds: 10n ** 15n }) });
}
