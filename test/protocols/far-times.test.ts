import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { LedgerService, ListTransfersRequestSchema } from "../../gen/tallystick/v1/ledger_pb.ts";
import { protocols } from "../bad-input/protocols.ts";
import { sendRest } from "../bad-input/rest.ts";
import { basic, startService, type Tenant, type TestService } from "../support/service.ts";

/** The last moment that a timestamp has, and deadlines that nobody waits for, are taken over every protocol. */

const { listTransfers: method } = LedgerService.method;
const lastMoment = "9999-12-31T23:59:59.999999999Z";
const farDeadlines = { "grpc-timeout": "99999999H", "connect-timeout-ms": "9999999999" };

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1 });
});
afterAll(() => service.stop());

it.each(Object.entries(protocols))("over %s", async (_, { encoding, send }) => {
  const endTime = { seconds: BigInt(Date.parse("9999-12-31T23:59:59Z") / 1_000), nanos: 999_999_999 };
  const message = create(ListTransfersRequestSchema, { organization: tenant.orgId, endTime });
  const json = toJsonString(ListTransfersRequestSchema, message);
  expect(json).toContain(lastMoment);
  const body = encoding === "json" ? Buffer.from(json) : toBinary(ListTransfersRequestSchema, message);
  const header = { authorization: basic(tenant.reader), ...farDeadlines };
  expect(await send({ url: service.url, method, body, header })).toMatchObject({
    code: undefined,
    message: "",
  });
});

it("over REST", async () => {
  const url = `${service.url}/tallystick/v1/organizations/${tenant.orgId}/transfers?endTime=${lastMoment}`;
  const headers = { authorization: basic(tenant.reader), "x-server-timeout": "99999999" };
  expect(await sendRest(url, { method: "GET", headers })).toMatchObject({ status: 200 });
});
