import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { PreconditionFailureSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { BillingType } from "../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import {
  Organization_RuntimeType,
  OrganizationService,
} from "../../gen/tallystick/apigee/x/v1/organization_pb.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { developerOf } from "./client.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
});
afterAll(() => service.stop());

describe("over RPC", () => {
  const transports: [string, (options: { baseUrl: string }) => Transport][] = [
    ["gRPC", (options) => createGrpcTransport(options)],
    [
      "Connect",
      (options) => createConnectTransport({ ...options, httpVersion: "2", useBinaryFormat: false }),
    ],
  ];

  it.each(transports)("%s does the same", async (name, transportTo) => {
    const email = `${name.toLowerCase()}@example.com`;
    const client = createClient(DeveloperService, transportTo({ baseUrl: service.url }));
    const options = { headers: { authorization: `Bearer ${tenant.writer.clientSecret}` } };
    const { organization } = await createClient(
      OrganizationService,
      transportTo({ baseUrl: service.url }),
    ).getOrganization({ organization: tenant.orgName }, options);
    expect(organization).toMatchObject({ name: tenant.orgName, runtimeType: Organization_RuntimeType.CLOUD });
    const which = { organization: tenant.orgName, developer: email };
    const body = developerOf(email);
    const { developer } = await client.createDeveloper({ organization: tenant.orgName, body }, options);
    expect(developer?.status).toBe("active");
    const transactionAmount = { currencyCode: "USD", units: 25n, nanos: 500_000_000 };
    const credited = await client.creditDeveloperBalance(
      { ...which, transactionAmount, transactionId: "order-1001" },
      options,
    );
    expect(credited.balance?.wallets[0]?.balance).toMatchObject(transactionAmount);
    const { config } = await client.getDeveloperMonetizationConfig(which, options);
    expect(config?.billingType).toBe(BillingType.PREPAID);
    const adjustment = { currencyCode: "USD", units: 26n };
    const refused = await client
      .adjustDeveloperBalance({ ...which, adjustment }, options)
      .catch((error) => error);
    expect(refused.findDetails(PreconditionFailureSchema)[0].violations[0]).toMatchObject({
      type: "mint.service.developer_usage_exceeds_balance",
    });
    await client.setDeveloperStatus({ ...which, action: "inactive" }, options);
    expect((await client.getDeveloper(which, options)).developer?.status).toBe("inactive");
  });
});
