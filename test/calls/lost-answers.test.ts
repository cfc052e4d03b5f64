import { Code } from "@connectrpc/connect";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { edgeClient } from "../apigee-edge/edge-client.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let proxy: CommitProxy;
let service: TestService;
let tenant: Tenant;
let cutsBefore: number;

beforeAll(async () => {
  service = await startService({
    reach: async (databaseUrl) => {
      proxy = await startCommitProxy(databaseUrl);
      return proxy.url;
    },
  });
});
beforeEach(async () => {
  tenant = await service.tenant();
  cutsBefore = proxy.cuts;
});
afterAll(async () => {
  await service.stop();
  await proxy.close();
});

const clients = () => connectClients(service.url, service.platform);

type Clients = ReturnType<typeof connectClients>;
interface Create {
  readonly method: string;
  readonly create: (clients: Clients, tenant: Tenant) => Promise<unknown>;
  /** How many there are of what is created once. */
  readonly count: (clients: Clients, tenant: Tenant) => Promise<number>;
}

const id = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const creates: readonly Create[] = [
  {
    method: "CreateCustomer with an id",
    create: ({ customers }, { orgId }) => customers.createCustomer({ organization: orgId, id, name: "Ann" }),
    count: async ({ customers }, { orgId }) =>
      (await customers.listCustomers({ organization: orgId })).customers.filter(({ name }) => name === "Ann")
        .length,
  },
  {
    method: "CreateCustomer without",
    create: ({ customers }, { orgId }) => customers.createCustomer({ organization: orgId, name: "Ann" }),
    count: async ({ customers }, { orgId }) =>
      (await customers.listCustomers({ organization: orgId })).customers.filter(({ name }) => name === "Ann")
        .length,
  },
  {
    method: "CreateOrganization",
    create: ({ organizations }, { orgName }) => organizations.createOrganization({ name: `${orgName}-lost` }),
    count: async ({ organizations }, { orgName }) =>
      (await organizations.listOrganizations({})).organizations.filter(
        ({ name }) => name === `${orgName}-lost`,
      ).length,
  },
  {
    method: "CreateCredential",
    create: ({ credentials }, { orgId }) =>
      credentials.createCredential({ organization: orgId, role: Role.READER, displayName: "lost" }),
    count: async ({ credentials }, { orgId }) =>
      (await credentials.listCredentials({ organization: orgId })).credentials.filter(
        ({ displayName }) => displayName === "lost",
      ).length,
  },
  {
    method: "CreateCurrency",
    create: ({ currencies }, { orgId }) => currencies.createCurrency({ organization: orgId, code: "USD" }),
    count: async ({ currencies }, { orgId }) =>
      (await currencies.listCurrencies({ organization: orgId })).currencies.length,
  },
  {
    method: "UpdateCurrency",
    create: ({ currencies }, { orgId }) =>
      currencies.updateCurrency({ organization: orgId, code: "USD", allowMissing: true }),
    count: async ({ currencies }, { orgId }) =>
      (await currencies.listCurrencies({ organization: orgId })).currencies.length,
  },
];

describe.each<[string, (command: "INSERT" | "DELETE") => void]>([
  ["statement", (command) => proxy.cutAnswerTo(command)],
  ["COMMIT", () => proxy.cutOnce("after COMMIT")],
])("where the answer to its %s was lost", (_, lose) => {
  it.each(creates)("$method is done once, and said to be", async (each) => {
    lose("INSERT");
    await each.create(clients(), tenant);
    expect(proxy.cuts - cutsBefore).toBe(1);
    expect(await each.count(clients(), tenant)).toBe(1);
  });

  it("DeleteCurrency is done, and said to be", async () => {
    const { currencies } = clients();
    const which = { organization: tenant.orgId, code: "USD" };
    await currencies.createCurrency(which);
    lose("DELETE");
    await currencies.deleteCurrency(which);
    expect(proxy.cuts - cutsBefore).toBe(1);
    expect((await currencies.listCurrencies({ organization: tenant.orgId })).currencies).toEqual([]);
  });

  it("DeleteCustomer is done, and said to be", async () => {
    const { customers } = clients();
    const { orgId: organization } = tenant;
    await customers.createCustomer({ organization, id });
    lose("DELETE");
    await customers.deleteCustomer({ organization, customer: id });
    expect(proxy.cuts - cutsBefore).toBe(1);
    const again = customers.deleteCustomer({ organization, customer: id });
    await expect(again).rejects.toMatchObject({ code: Code.NotFound });
  });
});

describe("where the answer to the COMMIT of what changed nothing was lost", () => {
  const usd = () => ({ organization: tenant.orgId, code: "USD" });

  it("DeleteCurrency of what there is not finds nothing", async () => {
    proxy.cutOnce("after COMMIT");
    await expect(clients().currencies.deleteCurrency(usd())).rejects.toMatchObject({ code: Code.NotFound });
    expect(proxy.cuts - cutsBefore).toBe(1);
  });

  it("CreateCurrency of what there is says so", async () => {
    await clients().currencies.createCurrency(usd());
    proxy.cutOnce("after COMMIT");
    const again = clients().currencies.createCurrency(usd());
    await expect(again).rejects.toMatchObject({ code: Code.AlreadyExists });
    expect(proxy.cuts - cutsBefore).toBe(1);
  });

  it("Edge's removal of a credit limit that there is not finds nothing", async () => {
    proxy.cutOnce("after COMMIT");
    const path = `/developers/${tenant.billingId}/developer-credit-limit?supportedCurrencyId=vc`;
    expect(await edgeClient(service, tenant).delete(path)).toMatchObject({ status: 404 });
    expect(proxy.cuts - cutsBefore).toBe(1);
  });
});

it("a credential whose creation had no answer is good with the secret that was answered", async () => {
  proxy.cutOnce("after COMMIT");
  const { orgId: organization } = tenant;
  const { credential, clientSecret } = await clients().credentials.createCredential({
    organization,
    role: Role.READER,
  });
  expect(proxy.cuts - cutsBefore).toBe(1);
  const as = { clientId: credential?.clientId ?? "", clientSecret };
  const { organizations } = connectClients(service.url, as);
  expect((await organizations.getOrganization({ organization })).organization?.id).toBe(organization);
});
