import type { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import {
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";

/** The service and the tenant of a test file. */
export let service: TestService;
export let tenant: Tenant;

export const organization = () => tenant.orgId;

/** Starts the service for the file that calls it, and makes a tenant. */
export function withTenant(): void {
  beforeAll(async () => {
    service = await startService();
    tenant = await service.tenant();
  });
  afterAll(() => service.stop());
}

export const credentials = (as = tenant.admin) => connectClients(service.url, as).credentials;

export async function created(
  request: { organization?: string; role: Role },
  as?: TestCredential,
): Promise<TestCredential> {
  const { credential, clientSecret } = await credentials(as).createCredential(request);
  return { clientId: credential?.clientId ?? "", clientSecret };
}

export function readOrganization(as: TestCredential): Promise<unknown> {
  return connectClients(service.url, as).organizations.getOrganization({ organization: tenant.orgId });
}
