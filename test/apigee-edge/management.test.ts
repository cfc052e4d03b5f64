import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import {
  ManagementDialect,
  UpdateOrganizationRequestSchema,
} from "../../gen/tallystick/v1/organization_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { type RestClient, restClient } from "../support/rest.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
let developers: string;
let management: RestClient;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  developers = `/v1/organizations/${tenant.orgName}/developers`;
  management = restClient(service.url, tenant.admin);
});
afterAll(() => service.stop());

const ann = { email: "ann@example.com", firstName: "Ann", lastName: "Lee", userName: "ann" };

const choose = (managementDialect: ManagementDialect) =>
  connectClients(service.url, service.platform).organizations.updateOrganization(
    create(UpdateOrganizationRequestSchema, { organization: tenant.orgId, managementDialect }),
  );
const text = async (path: string, as = tenant.admin) => {
  const response = await fetch(`${service.url}${path}`, { headers: { authorization: basic(as) } });
  return response.text();
};

describe("an organization's management dialect", () => {
  it("is Apigee X's until Edge's is chosen, and stays where nothing is said of it", async () => {
    const { organizations } = connectClients(service.url, service.platform);
    const read = async () =>
      (await organizations.getOrganization({ organization: tenant.orgId })).organization?.managementDialect;
    expect(await read()).toBe(ManagementDialect.X);
    await choose(ManagementDialect.EDGE);
    await organizations.updateOrganization({ organization: tenant.orgId, displayName: "Acme" });
    expect(await read()).toBe(ManagementDialect.EDGE);
    await choose(ManagementDialect.X);
    expect(await read()).toBe(ManagementDialect.X);
  });

  it.each([ManagementDialect.X, ManagementDialect.EDGE])(
    "prints attributes whole, empty ones too: %s",
    async (dialect) => {
      await choose(dialect);
      const attributes = [{ name: "e", value: "" }];
      await management.post(developers, { ...ann, attributes });
      expect((await management.get(`${developers}/${ann.email}`)).body).toMatchObject({ attributes });
      const list = { developer: [{ attributes }] };
      expect((await management.get(`${developers}?expand=true&count=1`)).body).toMatchObject(list);
      expect((await management.get(`${developers}/${ann.email}/attributes`)).body).toEqual({
        attribute: attributes,
      });
      const mint = await management.get(`/v1/mint/organizations/${tenant.orgName}/developers/${ann.email}`);
      expect(mint.body).toMatchObject({ customAttributes: attributes });
      await management.post(`${developers}/${ann.email}/attributes`, { attribute: [] });
      expect((await management.get(`${developers}/${ann.email}/attributes`)).body).toEqual({ attribute: [] });
    },
  );

  it("can be chosen with the creation", async () => {
    const { organizations } = connectClients(service.url, service.platform);
    const made = await organizations.createOrganization({
      name: "born-on-edge",
      managementDialect: ManagementDialect.EDGE,
    });
    expect(made.organization?.managementDialect).toBe(ManagementDialect.EDGE);
    expect(await text("/v1/organizations/born-on-edge/developers", service.platform)).toBe("[]\n");
  });

  it("is one that is known", async () => {
    expect(faultyFields(await failureOf(choose(7 as ManagementDialect)))).toEqual(["managementDialect"]);
  });
});

describe("of Edge", () => {
  beforeEach(() => choose(ManagementDialect.EDGE));

  it("has times as numbers, apps and companies, and who created it", async () => {
    const { body } = await management.post(developers, { ...ann, apps: ["a"], unknown: 1 });
    const time = expect.any(Number);
    const made = {
      ...{ ...ann, attributes: [], apps: [], companies: [], organizationName: tenant.orgName },
      ...{ developerId: expect.any(String), status: "active", createdBy: tenant.admin.clientId },
      ...{ createdAt: time, lastModifiedAt: time },
    };
    expect(body).toEqual(made);
    expect(await management.get(`${developers}/${ann.email}`)).toMatchObject({ status: 200, body: made });
    expect((await management.get(`${developers}?expand=true`)).body).toMatchObject({
      developer: expect.arrayContaining([made]),
    });
    const changed = await management.put(`${developers}/${ann.email}`, { ...ann, lastName: "Leigh" });
    expect(changed.body).toEqual({ ...made, lastName: "Leigh" });
  });

  it("lists emails as a plain array", async () => {
    await management.post(developers, ann);
    const all = `${JSON.stringify([ann.email, `customer@${tenant.orgName}.example`])}\n`;
    expect(await text(developers)).toBe(all);
    expect(await text(`${developers}?expand=false`)).toBe(all);
    expect(await text(`${developers}?expand=false&count=1&startKey=b`)).toBe(
      `${JSON.stringify([`customer@${tenant.orgName}.example`])}\n`,
    );
    expect(await text(`${developers}?expand=false&startKey=z`)).toBe("[]\n");
    expect(await text(`${developers}?expand=true&startKey=z`)).toBe('{"developer":[]}\n');
  });

  it("says what the organization can do: it lists in pages, and is no hybrid", async () => {
    const { status, body } = await management.get(`/v1/o/${tenant.orgName}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ name: tenant.orgName, displayName: tenant.orgName, state: "ACTIVE" },
      ...{ createdAt: expect.any(Number), lastModifiedAt: expect.any(Number) },
      properties: {
        property: [
          { name: "features.isMonetizationEnabled", value: "true" },
          { name: "features.isCpsEnabled", value: "true" },
        ],
      },
    });
  });

  it("does not say who created a developer that another interface made", async () => {
    const { body } = await management.get(`${developers}/customer@${tenant.orgName}.example`);
    expect(body).toMatchObject({ email: `customer@${tenant.orgName}.example` });
    expect(body).not.toHaveProperty("createdBy");
  });

  it("has codes of its own for errors", async () => {
    await management.post(developers, ann);
    expect(await management.get(`${developers}/nobody@example.com`)).toMatchObject({
      status: 404,
      body: {
        code: "developer.service.DeveloperIdDoesNotExist",
        message: "developer nobody@example.com was not found",
        contexts: [
          { name: "resource", value: "customer" },
          { name: "name", value: "nobody@example.com" },
        ],
      },
    });
    expect(await management.post(developers, ann)).toMatchObject({
      status: 409,
      body: { code: "developer.service.DeveloperAlreadyExists" },
    });
    expect(await management.get(`${developers}/${ann.email}/attributes/none`)).toMatchObject({
      status: 404,
      body: { code: "organizations.keymanagement.AttributeDoesntExist" },
    });
    expect(await management.post(developers, { ...ann, email: "" })).toMatchObject({
      status: 400,
      body: {
        code: "organizations.keymanagement.InvalidFields",
        message: "email: is required",
        contexts: [{ name: "email", value: "is required" }],
      },
    });
    expect(await management.post(developers, [])).toMatchObject({
      status: 400,
      body: { code: "organizations.keymanagement.InvalidFields" },
    });
  });

  it("keeps amounts exact: a number in JSON would not hold every one", async () => {
    await management.post(developers, ann);
    await management.post(`${developers}/${ann.email}/balance:credit`, {
      transactionAmount: { currencyCode: "USD", units: "9007199254740993" },
      transactionId: "order-1",
    });
    expect(await text(`${developers}/${ann.email}/balance`)).toContain('"units":"9007199254740993"');
  });

  it("says the same over Connect, whose developers keep their form", async () => {
    await management.post(developers, ann);
    const transport = createConnectTransport({ baseUrl: service.url, httpVersion: "1.1" });
    const { developer } = await createClient(DeveloperService, transport).listDevelopers(
      { organization: tenant.orgName },
      { headers: { authorization: basic(tenant.admin) } },
    );
    expect(developer.map(({ email }) => email)).toEqual([ann.email, `customer@${tenant.orgName}.example`]);
  });

  it("is spoken to callers of the organization alone: others learn nothing of it by the form of an answer", async () => {
    const other = await service.tenant();
    const { status, body } = await restClient(service.url, other.admin).get(developers);
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: { status: "PERMISSION_DENIED" } });
    const unknown = await restClient(service.url, other.admin).get("/v1/organizations/none/developers");
    expect(unknown).toMatchObject({ status, body });
  });
});

describe("of Apigee X", () => {
  it("has times as text, and no creator", async () => {
    const { body } = await management.post(developers, ann);
    expect(body).toMatchObject({ createdAt: expect.stringMatching(/^\d{13}$/) });
    expect(body).not.toHaveProperty("createdBy");
    expect((await management.get(developers)).body).toMatchObject({
      developer: expect.arrayContaining([{ email: ann.email }]),
    });
  });
});
