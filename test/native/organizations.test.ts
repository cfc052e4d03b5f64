import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { ManagementDialect, OrganizationState } from "../../gen/tallystick/v1/organization_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const organizations = (as = service.platform) => connectClients(service.url, as).organizations;

describe("CreateOrganization", () => {
  it("makes one with no more than a name", async () => {
    const { organization } = await organizations().createOrganization({ name: "acme" });
    expect(organization).toMatchObject({ name: "acme", displayName: "acme", frontierCurrency: "VC" });
    expect(organization?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(organization?.createTime).toBeDefined();
  });

  it("takes an id that exists elsewhere, and all that is said, over REST", async () => {
    const id = uuidv7();
    const said = { name: "Blue-Ink_2", displayName: "Blue Ink ☂", frontierCurrency: "EUR" };
    const client = restClient(service.url, service.platform);
    const { status, body } = await client.post("/tallystick/v1/organizations", {
      ...said,
      id: id.toUpperCase(),
    });
    expect(status).toBe(200);
    const time = expect.stringMatching(/Z$/);
    const times = { createTime: time, updateTime: time };
    const made = {
      ...said,
      ...times,
      id,
      state: "ORGANIZATION_STATE_ACTIVE",
      managementDialect: "MANAGEMENT_DIALECT_X",
    };
    expect(body).toEqual({ organization: made });
    for (const idOrName of [id, said.name]) {
      expect(await client.get(`/tallystick/v1/organizations/${idOrName}`)).toMatchObject({
        status: 200,
        body,
      });
    }
  });

  it("refuses a name or an id that is taken, and says which", async () => {
    const taken = await failureOf(organizations().createOrganization({ name: tenant.orgName }));
    expect(taken).toMatchObject({
      code: Code.AlreadyExists,
      reason: "ALREADY_EXISTS",
      metadata: { resource: "organization", field: "name", name: tenant.orgName },
    });
    const takenId = await failureOf(
      organizations().createOrganization({ id: tenant.orgId, name: "new-name" }),
    );
    expect(takenId.metadata).toMatchObject({ field: "id", name: tenant.orgId });
  });

  it.each([
    ["no name", {}, ["name"]],
    ["a name of one letter", { name: "a" }, ["name"]],
    ["a name with a slash", { name: "a/b" }, ["name"]],
    ["a name that begins with a digit", { name: "1st" }, ["name"]],
    ["a name that is a UUID", { name: "a18f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f" }, ["name"]],
    ["an id that is no UUID", { name: "ok", id: "1" }, ["id"]],
    ["a currency that is none", { name: "ok", frontierCurrency: "usd" }, ["frontierCurrency"]],
    ["several at once", { id: "1", displayName: "\0" }, ["id", "name", "displayName"]],
  ])("refuses %s", async (_what, request, fields) => {
    const failure = await failureOf(organizations().createOrganization(request));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("is for the platform's admins", async () => {
    const { credentials } = connectClients(service.url, service.platform);
    const { credential, clientSecret } = await credentials.createCredential({ role: 2 });
    const platformWriter = { clientId: credential?.clientId ?? "", clientSecret };
    for (const caller of [tenant.admin, platformWriter]) {
      const failure = await failureOf(organizations(caller).createOrganization({ name: "mine" }));
      expect(failure.code).toBe(Code.PermissionDenied);
    }
    const stranger = { ...service.platform, clientSecret: "wrong" };
    expect((await failureOf(organizations(stranger).createOrganization({ name: "mine" }))).code).toBe(
      Code.Unauthenticated,
    );
  });
});

describe("GetOrganization", () => {
  it("reads by id and by name, also for a reader of the organization", async () => {
    for (const organization of [tenant.orgId, tenant.orgId.toUpperCase(), tenant.orgName]) {
      const { organization: read } = await organizations(tenant.reader).getOrganization({ organization });
      expect(read).toMatchObject({ id: tenant.orgId, name: tenant.orgName });
    }
  });

  it("does not find what does not exist, and wants a name", async () => {
    const refused = (organization: string) => failureOf(organizations().getOrganization({ organization }));
    expect(await refused("atlantis")).toMatchObject({
      code: Code.NotFound,
      metadata: { resource: "organization", name: "atlantis" },
    });
    expect((await refused(uuidv7())).code).toBe(Code.NotFound);
    expect(faultyFields(await refused(""))).toEqual(["organization"]);
  });
});

describe("ListOrganizations", () => {
  it("leads the platform through all of them in pages, oldest first", async () => {
    const created: string[] = [];
    for (const name of ["page-a", "page-b", "page-c"]) {
      const { organization } = await organizations().createOrganization({ name });
      created.push(organization?.id ?? "");
    }
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await organizations().listOrganizations({ pageSize: 2, pageToken });
      expect(page.organizations.length).toBeLessThanOrEqual(2);
      seen.push(...page.organizations.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(-3)).toEqual(created);
    expect(seen[0]).toBe(tenant.orgId);
  });

  it("shows a caller of one organization that one", async () => {
    const { body } = await restClient(service.url, tenant.reader).get("/tallystick/v1/organizations");
    expect(body).toEqual({ organizations: [expect.objectContaining({ id: tenant.orgId })] });
  });

  it.each([
    ["a page below zero", { pageSize: -1 }, ["pageSize"]],
    ["a token that was never given", { pageToken: "next" }, ["pageToken"]],
  ])("refuses %s", async (_what, request, fields) => {
    const failure = await failureOf(organizations().listOrganizations(request));
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(fields);
  });
});

describe("UpdateOrganization", () => {
  it("renames one, which goes on to be found by its former name, by its own callers too", async () => {
    const { orgId, orgName, reader } = await service.tenant();
    const name = `${orgName}-renamed`;
    const path = `/tallystick/v1/organizations/${orgName}`;
    const client = restClient(service.url, service.platform);
    expect(await client.patch(path, { name, displayName: "New" })).toMatchObject({
      status: 200,
      body: { organization: { id: orgId, name, displayName: "New", frontierCurrency: "VC" } },
    });
    for (const as of [service.platform, reader]) {
      for (const organization of [orgId, orgName, name]) {
        const found = await organizations(as).getOrganization({ organization });
        expect(found.organization).toMatchObject({ id: orgId, name });
      }
    }
    const failure = await failureOf(organizations().createOrganization({ name: orgName }));
    expect(failure).toMatchObject({ code: Code.AlreadyExists, metadata: { field: "name", name: orgName } });
    const other = await service.tenant();
    const taken = organizations().updateOrganization({ organization: other.orgId, name: orgName });
    expect(await failureOf(taken)).toMatchObject({ code: Code.AlreadyExists, reason: "ALREADY_EXISTS" });
  });

  it("changes what its mask names, and makes what is unset as it is on creation", async () => {
    const { orgId, orgName } = await service.tenant();
    const update = async (paths: string[], more: object = {}) =>
      (await organizations().updateOrganization({ organization: orgId, updateMask: { paths }, ...more }))
        .organization;
    const more = { displayName: "New", frontierCurrency: "USD" };
    expect(await update([], more)).toMatchObject(more);
    expect(await update(["display_name"], { displayName: "Newer", frontierCurrency: "EUR" })).toMatchObject({
      ...{ name: orgName, displayName: "Newer", frontierCurrency: "USD" },
    });
    expect(await update(["frontier_currency"])).toMatchObject({
      displayName: "Newer",
      frontierCurrency: "VC",
    });
    expect(await update(["display_name"])).toMatchObject({ displayName: orgName });
    const all = { ...more, name: `${orgName}-2`, managementDialect: ManagementDialect.EDGE };
    expect(await update(["*"], all)).toMatchObject(all);
    const failure = await failureOf(update(["name", "state"]));
    expect(faultyFields(failure)).toEqual(["updateMask", "name"]);
  });

  it.each([
    ["a name", { name: "-" }, ["name"]],
    ["a currency", { frontierCurrency: "NONE" }, ["frontierCurrency"]],
  ])("refuses %s that is none", async (_what, change, fields) => {
    const failure = await failureOf(
      organizations().updateOrganization({ organization: tenant.orgId, ...change }),
    );
    expect(faultyFields(failure)).toEqual(fields);
  });
});

it("disables and enables an organization, for the platform alone", async () => {
  const { orgId, admin, reader } = await service.tenant();
  const which = { organization: orgId };
  const state = async () => (await organizations(reader).getOrganization(which)).organization?.state;
  for (const method of ["disableOrganization", "enableOrganization", "updateOrganization"] as const) {
    expect((await failureOf(organizations(admin)[method](which))).code).toBe(Code.PermissionDenied);
  }
  expect((await organizations().disableOrganization(which)).organization?.state).toBe(
    OrganizationState.DISABLED,
  );
  expect(await state()).toBe(OrganizationState.DISABLED);
  expect((await organizations().enableOrganization(which)).organization?.state).toBe(
    OrganizationState.ACTIVE,
  );
  expect(await state()).toBe(OrganizationState.ACTIVE);
});
