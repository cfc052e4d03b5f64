import { startService, type Tenant, type TestService } from "../support/service.ts";
import { apigee, madeDeveloper, type Send } from "./client.ts";

/** The service of a test file. */
export let service: TestService;
/** Of the test that runs, as is its client. */
export let tenant: Tenant;
export let send: Send;

export const ann = "/developers/ann@example.com";

/** Starts the service for the file that calls it, and makes a tenant for each of its tests, where wanted with a developer. */
export function eachWithTenant(options: { withAnn: boolean }): void {
  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(async () => {
    tenant = await service.tenant();
    send = apigee(service, tenant);
    if (options.withAnn) await madeDeveloper(send, "ann@example.com");
  });
  afterAll(() => service.stop());
}
