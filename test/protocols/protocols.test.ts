import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { testTls } from "../support/certificates.ts";
import { failureOf } from "../support/failure.ts";
import { startService, type Tenant, type TestCredential, type TestService } from "../support/service.ts";
import type { BillingClient, Protocol } from "./billing-client.ts";
import { bufCurlProtocols } from "./buf-curl.ts";
import { connectProtocols } from "./connect.ts";
import { grpcJs } from "./grpc-js.ts";
import { protonProtocols } from "./proton.ts";
import { rest } from "./rest.ts";

const protocols: readonly Protocol[] = [
  grpcJs,
  ...connectProtocols,
  ...protonProtocols,
  ...bufCurlProtocols,
  rest,
];

const isGrpc = ({ name }: Protocol) => /\bgrpc\b(?!-web)/i.test(name);

/** Of each kind one: what is inside of an encrypted connection does not know that it is. */
const encrypted = [grpcJs, ...connectProtocols.filter(({ name }) => /, binary, (h2c|HTTP)/.test(name)), rest];

/** The two ways that a unary gRPC call can take; everything else has but one. A start of buf curl costs most, and once is enough. */
const paths = [
  { path: "the thin path", thinGrpc: true, spoken: protocols },
  {
    path: "connect-node",
    thinGrpc: false,
    spoken: protocols.filter((each) => isGrpc(each) && !bufCurlProtocols.includes(each)),
  },
  { path: "the thin path over TLS", thinGrpc: true, isEncrypted: true, spoken: encrypted },
];

describe.each(paths)("on $path", ({ thinGrpc, isEncrypted = false, spoken }) => {
  let service: TestService;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await startService({ thinGrpc, ...(isEncrypted && { tls: testTls() }) });
  });
  afterAll(() => service.stop());

  describe.each(spoken)("over $name", (protocol) => {
    const clients: BillingClient[] = [];
    const asOver = ({ connect }: Protocol, credential: TestCredential) => {
      const client = connect(service.url, credential);
      clients.push(client);
      return client;
    };
    const as = (credential: TestCredential) => asOver(protocol, credential);
    const usage = (amount: bigint) => ({
      orgId: tenant.orgId,
      usages: [{ id: uuidv7(), amount, source: "api" }],
    });
    /** Over one protocol for all: what each of them reads is a test of its own. */
    const balanceNow = async () => {
      const request = { orgId: tenant.orgId, id: tenant.billingId };
      return (await asOver(grpcJs, tenant.reader).getBillingBalance(request)).amount;
    };

    beforeAll(async () => {
      tenant = await service.tenant({ credits: 100 });
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.close?.();
    });

    it("reads a balance", async () => {
      const request = { orgId: tenant.orgId, id: tenant.billingId };
      const balance = await as(tenant.reader).getBillingBalance(request);
      expect(balance).toMatchObject({ amount: 100n, currency: "VC" });
    });

    it("charges a usage", async () => {
      await as(tenant.writer).createBillingUsage(usage(30n));
      expect(await balanceNow()).toBe(70n);
    });

    it("tells that a credential is wrong", async () => {
      const client = as({ ...tenant.reader, clientSecret: "wrong" });
      const request = { orgId: tenant.orgId, id: tenant.billingId };
      expect(await failureOf(client.getBillingBalance(request))).toEqual({
        code: Code.Unauthenticated,
        message: "the credential is not known, has another secret, was revoked, or has expired",
        domain: "tallystick",
        reason: "UNAUTHENTICATED",
        metadata: {},
        violations: [],
      });
    });

    it("tells that the credential does not give the right", async () => {
      expect(await failureOf(as(tenant.reader).createBillingUsage(usage(1n)))).toEqual({
        code: Code.PermissionDenied,
        message: "this needs a credential with role charger, writer or admin of the organization",
        domain: "tallystick",
        reason: "PERMISSION_DENIED",
        metadata: {},
        violations: [],
      });
    });

    it("tells that the account was not found", async () => {
      const id = uuidv7();
      expect(await failureOf(as(tenant.reader).getBillingBalance({ orgId: tenant.orgId, id }))).toEqual({
        code: Code.NotFound,
        message: `customer not found: ${id}`,
        domain: "tallystick",
        reason: "NOT_FOUND",
        metadata: { resource: "customer", name: id },
        violations: [],
      });
    });

    it("tells which fields do not fit", async () => {
      const request = {
        orgId: tenant.orgId,
        usages: [
          { id: uuidv7(), amount: -1n, source: "api" },
          { id: "one", amount: 1n, source: "api" },
        ],
      };
      expect(await failureOf(as(tenant.writer).createBillingUsage(request))).toMatchObject({
        code: Code.InvalidArgument,
        domain: "tallystick",
        reason: "INVALID_FIELDS",
        violations: [
          { field: "usages[0].amount", description: "must be 0 or more" },
          { field: "usages[1].id", description: expect.stringContaining("is not a UUID") },
        ],
      });
    });

    it("tells what is missing when credits do not suffice, and charges nothing", async () => {
      const before = await balanceNow();
      expect(await failureOf(as(tenant.writer).createBillingUsage(usage(before + 1n)))).toEqual({
        code: Code.InvalidArgument,
        message: "insufficient credits",
        domain: "tallystick",
        reason: "INSUFFICIENT_FUNDS",
        metadata: {
          customer: tenant.billingId,
          currency: "VC",
          available: `${before}`,
          required: `${before + 1n}`,
          minimum_balance: "0",
          held: "0",
          refused: "1",
        },
        violations: [
          {
            field: "usages[0].amount",
            description: `insufficient funds: ${before + 1n} VC required, ${before} available`,
            reason: "INSUFFICIENT_FUNDS",
          },
        ],
      });
      expect(await balanceNow()).toBe(before);
    });
  });
});
