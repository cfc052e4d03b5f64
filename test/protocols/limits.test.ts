import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService({ limits: { requestBytesMax: 1_000 } });
});
afterAll(() => service.stop());

it.each([
  ["REST", "/tallystick/v1/organizations", 413],
  ["Connect", "/tallystick.v1.OrganizationService/CreateOrganization", 429],
])("of the service hold over %s", async (_, path, status) => {
  const { clientId, clientSecret } = service.platform;
  const credential = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const headers = { "content-type": "application/json", authorization: `Basic ${credential}` };
  const body = JSON.stringify({ name: "x".repeat(1_000) });
  const answer = await fetch(service.url + path, { method: "POST", headers, body });
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain("1000");
});
