import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { authorizing } from "../protocols/connect.ts";
import { failureOf } from "../support/failure.ts";
import { basic, startService, type TestService } from "../support/service.ts";

interface TransportOptions {
  readonly baseUrl: string;
  readonly interceptors: Interceptor[];
}

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const frontierMethods = [
  ["PUT", "/v1beta1/organizations/o/billing/b", "updateBillingAccount"],
  ["POST", "/v1beta1/organizations/o/billing/b/register", "registerBillingAccount"],
  ["DELETE", "/v1beta1/organizations/o/billing/b", "deleteBillingAccount"],
  ["POST", "/v1beta1/organizations/o/billing/b/enable", "enableBillingAccount"],
  ["POST", "/v1beta1/organizations/o/billing/b/disable", "disableBillingAccount"],
  ["GET", "/v1beta1/organizations/o/billing/b/plans/p/trialed", "hasTrialed"],
  ["POST", "/v1beta1/admin/organizations/o/tokens/search", "searchOrganizationTokens"],
] as const;

const adminMethods = [
  ["GET", "/v1beta1/admin/billing/accounts", "listAllBillingAccounts"],
  ["POST", "/v1beta1/admin/organizations/o/billing/b/usage/u/revert", "revertBillingUsage"],
  ["POST", "/v1beta1/organizations/billing/usages/revert", "revertBillingUsage"],
  ["PUT", "/v1beta1/admin/organizations/o/billing/b/limits", "updateBillingAccountLimits"],
  ["GET", "/v1beta1/admin/organizations/o/billing/b/details", "getBillingAccountDetails"],
  ["PUT", "/v1beta1/admin/organizations/o/billing/b/details", "updateBillingAccountDetails"],
] as const;

it.each([...frontierMethods, ...adminMethods])("REST: %s %s is 501", async (method, path) => {
  const headers = { authorization: basic(service.platform), "content-type": "application/json" };
  const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
  const response = await fetch(`${service.url}${path}`, { method, headers, ...body });
  expect(response.status).toBe(501);
  expect(await response.json()).toMatchObject({
    code: 12,
    message: expect.stringContaining("is not implemented"),
    details: [{ reason: "UNIMPLEMENTED", domain: "tallystick" }],
  });
});

const transports = [
  ["gRPC", createGrpcTransport],
  ["Connect", (options: TransportOptions) => createConnectTransport({ ...options, httpVersion: "1.1" })],
] as const;

describe.each(transports)("%s", (_protocol, transportOf) => {
  const transport = () =>
    transportOf({ baseUrl: service.url, interceptors: [authorizing(service.platform)] });

  it.each(frontierMethods)("%s %s: FrontierService.%s is UNIMPLEMENTED", async (_verb, _path, method) => {
    const failure = await failureOf(createClient(FrontierService, transport())[method]({}));
    expect(failure).toMatchObject({
      code: Code.Unimplemented,
      reason: "UNIMPLEMENTED",
      domain: "tallystick",
    });
  });

  it.each(adminMethods)("%s %s: AdminService.%s is UNIMPLEMENTED", async (_verb, _path, method) => {
    const failure = await failureOf(createClient(AdminService, transport())[method]({}));
    expect(failure).toMatchObject({
      code: Code.Unimplemented,
      reason: "UNIMPLEMENTED",
      domain: "tallystick",
    });
  });
});
