import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CreateTransferRequestSchema,
  LedgerService,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { sign, signingKey, startIssuer, type TestIssuer } from "../../src/auth/jwt/issuer.fixture.ts";
import { answerOf, frame, RawClient } from "../grpc/raw-client.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
let raw: RawClient;
let key: Awaited<ReturnType<typeof signingKey>>;
let issuer: TestIssuer;
beforeAll(async () => {
  key = await signingKey("one");
  issuer = await startIssuer(key);
  service = await startService({ issuers: [issuer.settings({ clockSkewSeconds: 0 })] });
  tenant = await service.tenant({ credits: 1_000 });
  raw = new RawClient(service.url);
});
afterAll(async () => {
  raw.close();
  await service.stop();
  await issuer.stop();
});

/** Sends the headers of a request and a byte of its message; the rest once it is asked for what comes back. */
type Begin = (authorization: string) => () => Promise<string>;

const overHttp =
  (path: () => string, message: () => object): Begin =>
  (authorization) => {
    const body = JSON.stringify(message());
    const headers = { authorization, "content-type": "application/json", "content-length": body.length };
    const asked = httpRequest(`${service.url}${path()}`, { method: "POST", headers });
    const answered = new Promise<string>((resolve, reject) =>
      asked
        .on("error", reject)
        .on("response", async (response) => resolve(`${response.statusCode} ${await text(response)}`)),
    );
    asked.write(body.slice(0, 1));
    return () => {
      asked.end(body.slice(1));
      return answered;
    };
  };

const overGrpc: Begin = (authorization) => {
  const message = { ...charge(), organization: tenant.orgId, kind: TransferKind.CHARGE };
  const framed = frame(toBinary(CreateTransferRequestSchema, create(CreateTransferRequestSchema, message)));
  const headers = { ":path": method, authorization };
  const stream = raw.open({ headers, chunks: [framed.subarray(0, 1)], end: false });
  const answered = answerOf(stream);
  return async () => {
    stream.end(framed.subarray(1));
    return `grpc-status ${(await answered).fields["grpc-status"]}`;
  };
};

const method = `/${LedgerService.typeName}/CreateTransfer`;
const charge = () => ({ customer: tenant.billingId, amount: "1", currency: "VC" });
const charging = () => ({ ...charge(), kind: "TRANSFER_KIND_CHARGE" });
const protocols: Readonly<Record<string, Begin>> = {
  gRPC: overGrpc,
  Connect: overHttp(
    () => method,
    () => ({ ...charging(), organization: tenant.orgId }),
  ),
  REST: overHttp(() => `/tallystick/v1/organizations/${tenant.orgId}/transfers`, charging),
  Frontier: overHttp(
    () => `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/usages`,
    () => ({ usages: [{ id: "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f", amount: 1, source: "test" }] }),
  ),
  "Apigee X": overHttp(
    () => `/v1/organizations/${tenant.orgName}/developers/customer@${tenant.orgName}.example/balance:credit`,
    () => ({ transactionAmount: { currencyCode: "USD", units: "1" }, transactionId: "top-up" }),
  ),
};

it("books nothing for who was revoked, or has expired, between a request's headers and its message", async () => {
  const { ledger, credentials } = connectClients(service.url, tenant.admin);
  const { clientId } = tenant.writer;
  await connectClients(service.url, tenant.writer).ledger.listTransfers({ organization: tenant.orgId });
  const begunBy = (authorization: string) =>
    Object.entries(protocols).map(([name, begin]) => [name, begin(authorization)] as const);
  const [revoked, good] = [tenant.writer, tenant.admin].map((as) => begunBy(basic(as)));
  const exp = Math.floor(Date.now() / 1_000) + 2;
  const token = await sign(key, { iss: issuer.state.issuer, org: tenant.orgName, exp });
  const expired = begunBy(`Bearer ${token}`);
  await credentials.revokeCredential({ organization: tenant.orgId, clientId });
  // Longer than what was found out from the headers may be acted on, and the token is good.
  await pause(Math.max(1_000, exp * 1_000 - Date.now()));
  const answers = async (begun: ReturnType<typeof begunBy> = []) =>
    Object.fromEntries(await Promise.all(begun.map(async ([name, send]) => [name, await send()])));
  const ofAll = (http: RegExp, grpc: string) =>
    Object.fromEntries(
      Object.keys(protocols).map((name) => [name, name === "gRPC" ? grpc : expect.stringMatching(http)]),
    );
  expect(await answers(revoked)).toEqual(ofAll(/^401 .*was revoked/s, "grpc-status 16"));
  expect(await answers(expired)).toEqual(ofAll(/^401 .*has expired/s, "grpc-status 16"));
  expect(await answers(good)).toEqual(ofAll(/^200 /, "grpc-status 0"));
  const { transfers } = await ledger.listTransfers({ organization: tenant.orgId });
  expect(transfers).toHaveLength(1 + Object.keys(protocols).length);
});
