import { gzipSync } from "node:zlib";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { v7 as uuidv7 } from "uuid";
import { CreateOrganizationRequestSchema } from "../../gen/tallystick/v1/organization_pb.ts";
import { type Answer, frame, RawClient } from "../grpc/raw-client.ts";
import { basic, startService, type TestService } from "../support/service.ts";

let service: TestService;
let client: RawClient;
beforeAll(async () => {
  service = await startService();
  client = new RawClient(service.url);
});
afterAll(async () => {
  client.close();
  await service.stop();
});

const request = () => create(CreateOrganizationRequestSchema, { name: `a${uuidv7()}` });
const binary = () => Buffer.from(toBinary(CreateOrganizationRequestSchema, request()));
const json = () => Buffer.from(toJsonString(CreateOrganizationRequestSchema, request()));
const whole = (bytes: Buffer) => gzipSync(bytes);
const framed = (bytes: Buffer) => frame(gzipSync(bytes), 1);

const rpc = "/tallystick.v1.OrganizationService/CreateOrganization";
const ok = ({ status }: Answer) => status === 200;
const okInTrailers = ({ fields }: Answer) => fields["grpc-status"] === "0";
const okInBody = ({ body }: Answer) => /grpc-status: 0\r\n/.test(body.toString("latin1"));
const okInText = ({ body }: Answer) => {
  // The pieces of the answer are encoded one by one.
  const pieces = body.toString("latin1").match(/[^=]+=*/g) ?? [];
  return okInBody({ body: Buffer.concat(pieces.map((piece) => Buffer.from(piece, "base64"))) } as Answer);
};

interface Way {
  readonly path: string;
  readonly contentType: string;
  readonly encoding: string;
  readonly body: () => Uint8Array;
  readonly isOk: (answer: Answer) => boolean;
}

const unary = { path: rpc, encoding: "content-encoding", isOk: ok };
const web = { path: rpc, encoding: "grpc-encoding" };
const ways: Record<string, Way> = {
  REST: {
    ...{ path: "/tallystick/v1/organizations", contentType: "application/json" },
    ...{ encoding: "content-encoding", body: () => whole(json()), isOk: ok },
  },
  "Connect JSON": { ...unary, contentType: "application/json", body: () => whole(json()) },
  "Connect binary": { ...unary, contentType: "application/proto", body: () => whole(binary()) },
  gRPC: { ...web, contentType: "application/grpc", body: () => framed(binary()), isOk: okInTrailers },
  "gRPC JSON": {
    ...web,
    contentType: "application/grpc+json",
    body: () => framed(json()),
    isOk: okInTrailers,
  },
  "gRPC-Web": {
    ...web,
    contentType: "application/grpc-web+proto",
    body: () => framed(binary()),
    isOk: okInBody,
  },
  "gRPC-Web text": {
    ...{ ...web, contentType: "application/grpc-web-text+proto", isOk: okInText },
    body: () => Buffer.from(Buffer.from(framed(binary())).toString("base64")),
  },
};

describe.each(Object.entries(ways))("%s", (_, { path, contentType, encoding, body, isOk }) => {
  it.each([true, false])(
    "takes a compressed request, whether it says how long it is: %s",
    async (saysLength) => {
      const bytes = body();
      const answer = await client.call({
        headers: {
          ...{ ":path": path, "content-type": contentType, [encoding]: "gzip" },
          authorization: basic(service.platform),
          ...(saysLength && { "content-length": bytes.length }),
        },
        chunks: [bytes],
      });
      expect({ ok: isOk(answer), told: answer.body.toString("latin1") }).toMatchObject({ ok: true });
    },
  );
});
