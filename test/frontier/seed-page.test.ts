import { v7 as uuidv7 } from "uuid";
import { type RestAnswer, restClient } from "../support/rest.ts";
import { startService, type Tenant, type TestCredential, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";

// The page that this service began with: GET /v1beta1/organizations/:org_id/billing/:id/balance, every status it lists.

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const errorInfo = "type.googleapis.com/google.rpc.ErrorInfo";

function readBalance(path: { orgId?: string; id?: string } = {}, as?: TestCredential): Promise<RestAnswer> {
  const { orgId = tenant.orgId, id = tenant.billingId } = path;
  return restClient(service.url, as).get(`/v1beta1/organizations/${orgId}/billing/${id}/balance`);
}

it("200: the balance", async () => {
  const { status, body, header } = await readBalance({}, tenant.reader);
  expect(status).toBe(200);
  expect(body).toEqual({
    balance: {
      amount: "100",
      currency: "VC",
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
    },
  });
  expect(header.get("content-type")).toBe("application/json");
});

it("400: an id that is no UUID", async () => {
  const { status, body } = await readBalance({ id: "one" }, tenant.reader);
  const description = "is not a UUID such as 018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
  expect(status).toBe(400);
  expect(body).toEqual({
    code: 3,
    message: `id: ${description}`,
    details: [
      { "@type": errorInfo, reason: "INVALID_FIELDS", domain: "tallystick" },
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        field_violations: [{ field: "id", description }],
      },
    ],
  });
});

it.each([
  ["no credential", undefined, "give a client id and secret by HTTP Basic, or the secret as a Bearer token"],
  [
    "an unknown client",
    { clientId: "nobody", clientSecret: "nothing" },
    "the credential is not known, has another secret, was revoked, or has expired",
  ],
])("401: %s", async (_what, credential, message) => {
  const { status, body, header } = await readBalance({}, credential);
  expect(status).toBe(401);
  expect(body).toEqual({
    code: 16,
    message,
    details: [{ "@type": errorInfo, reason: "UNAUTHENTICATED", domain: "tallystick" }],
  });
  expect(header.get("www-authenticate")).toBe('Basic realm="tallystick", Bearer realm="tallystick"');
});

it("401: a wrong secret", async () => {
  const { status } = await readBalance({}, { ...tenant.reader, clientSecret: tenant.writer.clientSecret });
  expect(status).toBe(401);
});

it("403: an organization that is not the caller's", async () => {
  const other = await service.tenant();
  const { status, body } = await readBalance({ orgId: other.orgId, id: other.billingId }, tenant.reader);
  expect(status).toBe(403);
  expect(body).toEqual({
    code: 7,
    message:
      "this needs a credential with role reader, charger, creditor, writer or admin of the organization",
    details: [{ "@type": errorInfo, reason: "PERMISSION_DENIED", domain: "tallystick" }],
  });
});

it("404: an account that does not exist", async () => {
  const id = uuidv7();
  const { status, body } = await readBalance({ id }, tenant.reader);
  expect(status).toBe(404);
  expect(body).toEqual({
    code: 5,
    message: `customer not found: ${id}`,
    details: [
      {
        "@type": errorInfo,
        reason: "NOT_FOUND",
        domain: "tallystick",
        metadata: { resource: "customer", name: id },
      },
      {
        "@type": "type.googleapis.com/google.rpc.ResourceInfo",
        resource_type: "customer",
        resource_name: id,
      },
    ],
  });
});

describe("500: an unexpected failure", () => {
  beforeEach(() => withSql(service.databaseUrl, (sql) => sql`alter table accounts rename to mislaid`));
  afterEach(() => withSql(service.databaseUrl, (sql) => sql`alter table mislaid rename to accounts`));

  it("tells the caller a request id, and the log the rest", async () => {
    const { status, body, header } = await readBalance({}, tenant.reader);
    const requestId = header.get("x-request-id") ?? "";
    expect(requestId).not.toBe("");
    expect(status).toBe(500);
    expect(body).toEqual({
      code: 13,
      message: `internal error; request id ${requestId}`,
      details: [
        { "@type": errorInfo, reason: "INTERNAL", domain: "tallystick", metadata: { request_id: requestId } },
      ],
    });
    const method = "raystack.frontier.v1beta1.FrontierService/GetBillingBalance";
    const records = () => service.logged.filter((line) => line.includes(requestId));
    await until(async () => records().length === 2);
    expect(records().map((line) => JSON.parse(line))).toMatchObject([
      {
        ...{ level: 50, msg: "unexpected failure", requestId, method },
        err: { cause: { message: 'relation "accounts" does not exist', code: "42P01" } },
      },
      { level: 50, msg: "call", requestId, method, protocol: "rest", code: "INTERNAL" },
    ]);
  });
});

it("takes the secret alone as a Bearer token", async () => {
  const url = `${service.url}/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/balance`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${tenant.reader.clientSecret}` } });
  expect(response.status).toBe(200);
});
