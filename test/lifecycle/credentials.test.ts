import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { inProcess } from "./outcome.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const create = (...options: string[]) =>
  inProcess(["credentials", "create", ...options], { DATABASE_URL: service.databaseUrl });

describe("tallystick credentials create", () => {
  it("makes a credential of an organization with the role that was asked for", async () => {
    const { stdout, ...rest } = await create("--organization", tenant.orgName, "--role", "reader");
    const [, clientId = "", clientSecret = ""] =
      /^client id +(\S+)\nclient secret +(\S+)\n$/.exec(stdout) ?? [];
    expect(rest).toEqual({ code: 0, stderr: "" });
    const { organizations, customers } = connectClients(service.url, { clientId, clientSecret });
    expect((await customers.listCustomers({ organization: tenant.orgId })).customers).toHaveLength(1);
    await expect(customers.createCustomer({ organization: tenant.orgId, name: "Ann" })).rejects.toThrow(
      /permission_denied/,
    );
    const listed = (await organizations.listOrganizations({})).organizations;
    expect(listed.map(({ id }) => id)).toEqual([tenant.orgId]);
  });

  it("says what is wrong", async () => {
    const { code, stdout, stderr } = await create("--organization", "nobody");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^tallystick: .*nobody.* \(NOT_FOUND\)\n$/);
  });
});
