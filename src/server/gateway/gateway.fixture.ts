import type { JsonObject } from "@bufbuild/protobuf";
import { RestDialect } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { RestOptions, TestHandler } from "../../../test/fixtures/gateway/rest-server.ts";
import { startRestServer } from "../../../test/fixtures/gateway/rest-server.ts";
import { createTestService } from "../../../test/fixtures/gateway/schema.ts";

/** A gateway that listens, with the same methods in every dialect. */
export type GatewayFixture = Awaited<ReturnType<typeof startGateway>>;

/** The headers of a request with a body, unless a test is about them. */
export const json = { "content-type": "application/json" };

const methods = (prefix: string) => [
  {
    name: "Get",
    rule: { get: `${prefix}/items/{name}`, additionalBindings: [{ get: `${prefix}/files/{name=**}` }] },
  },
  { name: "Create", rule: { post: `${prefix}/items`, body: "*" } },
  { name: "Update", rule: { patch: `${prefix}/items/{child.name}`, body: "child" } },
  { name: "Act", rule: { post: `${prefix}/items/{name}:act`, body: "*" } },
  { name: "Tags", rule: { put: `${prefix}/items/{name}/tags`, body: "tags", response_body: "tags" } },
];

const services = [
  createTestService(methods("/native"), RestDialect.NATIVE),
  createTestService(methods("/frontier"), RestDialect.FRONTIER),
  createTestService(methods("/x"), RestDialect.APIGEE_X),
  createTestService(methods("/edge"), RestDialect.APIGEE_EDGE),
];

/** What the methods do unless a test says otherwise: answer with their request. */
export const echo: TestHandler = (message) => message;

export async function startGateway(options: RestOptions = {}) {
  let implementation = echo;
  const server = await startRestServer(
    services,
    (message, context) => implementation(message, context),
    options,
  );

  async function call(method: string, path: string, init: RequestInit = {}) {
    const response = await fetch(`${server.http1}${path}`, { method, ...init });
    const body = await response.text();
    return {
      status: response.status,
      header: response.headers,
      json: body === "" ? undefined : JSON.parse(body),
    };
  }

  return {
    ...server,
    call,
    /** With a body that is text, or is made JSON. */
    post: (path: string, body: unknown, headers: Record<string, string> = json) =>
      call("POST", path, { headers, body: typeof body === "string" ? body : JSON.stringify(body) }),
    /** What the methods do until the next time. */
    implement: (handler: TestHandler) => {
      implementation = handler;
    },
  };
}

/** The reason in the ErrorInfo of a google.rpc.Status. */
export const reasonOf = (status: { details: JsonObject[] }) =>
  status.details.find((detail) => detail["@type"] === "type.googleapis.com/google.rpc.ErrorInfo")?.["reason"];
