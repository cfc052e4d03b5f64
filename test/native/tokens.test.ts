import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { CredentialService } from "../../gen/tallystick/v1/credential_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { sign, signingKey, startIssuer, type TestIssuer } from "../../src/auth/jwt/issuer.fixture.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let issuer: TestIssuer;
let key: Awaited<ReturnType<typeof signingKey>>;
let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  key = await signingKey("one");
  issuer = await startIssuer(key);
  service = await startService({ issuers: [issuer.settings()] });
  tenant = await service.tenant({ credits: 1_000 });
});
afterAll(async () => {
  await service.stop();
  await issuer.stop();
});

const token = (claims: Record<string, unknown> = {}) =>
  sign(key, { iss: issuer.state.issuer, org: tenant.orgName, ...claims });

function optionsOf(bearer: string) {
  const authorize: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${bearer}`);
    return next(request);
  };
  return { baseUrl: service.url, interceptors: [authorize] };
}

const transports = {
  gRPC: (bearer: string) => createGrpcTransport(optionsOf(bearer)),
  "gRPC-Web": (bearer: string) => createGrpcWebTransport({ ...optionsOf(bearer), httpVersion: "1.1" }),
  Connect: (bearer: string) => createConnectTransport({ ...optionsOf(bearer), httpVersion: "1.1" }),
};

const charge = () => ({
  organization: tenant.orgId,
  customer: tenant.billingId,
  kind: TransferKind.CHARGE,
  amount: "1",
  currency: "VC",
});

describe.each(Object.entries(transports))("over %s", (name, transport) => {
  it("a token charges, and its subject is recorded as who did", async () => {
    const client = createClient(LedgerService, transport(await token({ sub: `auth0|${name}` })));
    for (const _ of ["proved", "known"]) {
      const { receipt } = await client.createTransfer(charge());
      expect(receipt?.createdBy).toBe(`idp:auth0|${name}`);
    }
  });

  it("a token is told what it stands for", async () => {
    const client = createClient(CredentialService, transport(await token({ sub: "auth0|jane" })));
    const { caller } = await client.getCaller({});
    expect(caller).toMatchObject({ name: "idp:auth0|jane", organization: { id: tenant.orgId } });
  });

  it.each<[string, Record<string, unknown>, Code, string]>([
    ["that has expired", { exp: 1 }, Code.Unauthenticated, "UNAUTHENTICATED"],
    ["without a role", { roles: [] }, Code.PermissionDenied, "TOKEN_WITHOUT_ACCESS"],
    ["of a reader", { roles: ["tally-reader"] }, Code.PermissionDenied, "PERMISSION_DENIED"],
  ])("one %s does not", async (_, claims, code, reason) => {
    const client = createClient(LedgerService, transport(await token(claims)));
    expect(await failureOf(client.createTransfer(charge()))).toMatchObject({ code, reason });
  });
});

it("says over REST what is wrong, and where a token may go instead", async () => {
  const headers = { authorization: `Bearer ${await token({ aud: "somebody else" })}` };
  const answer = await fetch(`${service.url}/tallystick/v1/organizations/${tenant.orgId}`, { headers });
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
    401,
    'Basic realm="tallystick", Bearer realm="tallystick"',
  ]);
  expect(await answer.json()).toMatchObject({
    message: expect.stringContaining("the token is for somebody else"),
  });
});

it("takes no token to another organization", async () => {
  const other = await service.tenant();
  const client = createClient(LedgerService, transports.Connect(await token({ org: other.orgName })));
  expect(await failureOf(client.createTransfer(charge()))).toMatchObject({ reason: "PERMISSION_DENIED" });
});

it("leaves a record of what its subject does", async () => {
  const sub = `${"x".repeat(96)}`;
  const client = createClient(CustomerService, transports.Connect(await token({ sub })));
  await client.createCustomer({ organization: tenant.orgId, name: "Ann" });
  const { audit } = connectClients(service.url, tenant.admin);
  const { auditRecords } = await audit.listAuditRecords({
    organization: tenant.orgId,
    verb: "customer.create",
  });
  expect(auditRecords.map(({ actor }) => actor)).toContainEqual(
    expect.stringMatching(/^idp:sha256-[\w-]{43}$/),
  );
});
