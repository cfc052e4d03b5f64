import { awayFromMidnight } from "../support/midnight.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { createDeveloper, edgeClient } from "./edge-client.ts";

/** The service of a test file. */
export let service: TestService;
/** Of the test that runs, as are its client and its developer. */
export let tenant: Tenant;
export let edge: ReturnType<typeof edgeClient>;
export let annId: string;

export const ann = "ann@example.com";

/** Starts the service for the file that calls it, and makes a tenant for each of its tests, where wanted with a developer. */
export function eachWithTenant(options: { withAnn: boolean }): void {
  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(awayFromMidnight);
  beforeEach(async () => {
    tenant = await service.tenant();
    edge = edgeClient(service, tenant);
    if (options.withAnn) annId = await createDeveloper(service, tenant, { email: ann });
  });
  afterAll(() => service.stop());
}
