import { create, type DescMethod, type DescMethodUnary, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ExportEntriesRequestSchema, LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import {
  CreateOrganizationRequestSchema,
  OrganizationService,
} from "../../gen/tallystick/v1/organization_pb.ts";
import { envelope, protocols, sendFrames } from "../bad-input/protocols.ts";
import { basic, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService({ limits: { requestBytesMax: 1_000 } });
});
afterAll(() => service.stop());

const header = () => ({ authorization: basic(service.platform) });
const long = "x".repeat(1_000);

it.each([
  ["REST", "/tallystick/v1/organizations", 413],
  ["Connect", "/tallystick.v1.OrganizationService/CreateOrganization", 429],
])("of the service hold over %s", async (_, path, status) => {
  const headers = { "content-type": "application/json", ...header() };
  const body = JSON.stringify({ name: long });
  const answer = await fetch(service.url + path, { method: "POST", headers, body });
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain("1000");
});

const refusal = {
  code: Code.ResourceExhausted,
  message: "the message is larger than 1000 bytes",
  reason: "REQUEST_TOO_LARGE",
  fields: [],
};

it.each(Object.entries(protocols))("are told alike over %s", async (_, { encoding, send }) => {
  const { createOrganization: method } = OrganizationService.method;
  const message = create(CreateOrganizationRequestSchema, { name: long });
  const body =
    encoding === "json"
      ? Buffer.from(JSON.stringify({ name: long }))
      : toBinary(CreateOrganizationRequestSchema, message);
  expect(await send({ url: service.url, method, body, header: header() })).toEqual(refusal);
});

it("are told alike where the answer would be a stream", async () => {
  const message = create(ExportEntriesRequestSchema, { organization: long });
  const body = envelope(toBinary(ExportEntriesRequestSchema, message));
  const method = LedgerService.method.exportEntries as DescMethod as DescMethodUnary;
  const headers = { "content-type": "application/grpc", ...header() };
  expect(await sendFrames({ url: service.url, method, body, header: headers })).toEqual(refusal);
});
