import { connectClients } from "../support/service.ts";
import { apigee, forbidden } from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

it("says what it can do, as clients ask before anything else", async () => {
  const { organizations } = connectClients(service.url, service.platform);
  await organizations.updateOrganization({ organization: tenant.orgId, displayName: "ACME" });
  const { status, json } = await apigee(service, tenant, tenant.reader)("GET", "");
  expect(status).toBe(200);
  expect(json).toEqual({
    name: tenant.orgName,
    displayName: "ACME",
    createdAt: expect.stringMatching(/^\d{13}$/),
    lastModifiedAt: expect.stringMatching(/^\d{13}$/),
    properties: {
      property: [
        { name: "features.isMonetizationEnabled", value: "true" },
        { name: "features.hybrid.enabled", value: "true" },
      ],
    },
    addonsConfig: { monetizationConfig: { enabled: true } },
    runtimeType: "CLOUD",
    state: "ACTIVE",
  });
});

it("is ACTIVE no more where it is disabled", async () => {
  const { organizations } = connectClients(service.url, service.platform);
  await organizations.disableOrganization({ organization: tenant.orgId });
  const platform = apigee(service, tenant, service.platform);
  const { json } = await platform("GET", "");
  expect(json).toMatchObject({ name: tenant.orgName });
  expect(json).not.toHaveProperty("state");
});

it("is found with a slash at the end, as apigee-edge-js connects", async () => {
  expect(await send("GET", "/")).toMatchObject({ status: 200, json: { name: tenant.orgName } });
});

it("is found by its id, too", async () => {
  const byId = await apigee(service, { ...tenant, orgName: tenant.orgId })("GET", "");
  expect(byId).toMatchObject({ status: 200, json: { name: tenant.orgName } });
});

it("401, 403 and 404", async () => {
  const nobody = await send("GET", "", { header: { authorization: "Bearer nothing" } });
  expect(nobody.status).toBe(401);
  const other = await service.tenant();
  expect(await apigee(service, tenant, other.admin)("GET", "")).toMatchObject({
    status: 403,
    json: forbidden,
  });
  const nowhere = apigee(service, { ...tenant, orgName: "nowhere" }, service.platform);
  expect(await nowhere("GET", "")).toMatchObject({
    status: 404,
    json: { error: { message: "organization nowhere was not found" } },
  });
});
