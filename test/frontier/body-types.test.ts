import { request } from "node:http";
import { v7 as uuidv7 } from "uuid";
import { restClient } from "../support/rest.ts";
import { basic, startService, type Tenant, type TestService } from "../support/service.ts";

// Frontier's REST clients have come through grpc-gateway, which reads a body of any type that it does not know as JSON:
// curl's `-d` without a header says that it is a form.

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

it.each([
  {},
  { "content-type": "application/x-www-form-urlencoded" },
  { "content-type": "application/octet-stream" },
  { "content-type": "application/json; charset=latin1" },
  { "content-type": "text/plain" },
])("charges a usage in a body with %j", async (type) => {
  const account = `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}`;
  const usage = { id: uuidv7(), amount: "30", source: "api", description: "Prägung" };
  const { status } = await fetch(`${service.url}${account}/usages`, {
    method: "POST",
    headers: { authorization: basic(tenant.writer), ...type },
    // As bytes, for which fetch adds no type of its own.
    body: Buffer.from(JSON.stringify({ usages: [usage] })),
  });
  expect(status).toBe(200);
  const reader = restClient(service.url, tenant.reader);
  expect((await reader.get(`${account}/balance`)).body).toMatchObject({ balance: { amount: "70" } });
  expect((await reader.get(`${account}/transactions`)).body).toMatchObject({ transactions: [usage, {}] });
});

it("takes no form that a browser sends for a page of another site", async () => {
  const { port } = new URL(service.url);
  const body = JSON.stringify({ usages: [{ id: uuidv7(), amount: "30" }] });
  // By hand, because fetch lets nobody set a browser's own headers.
  const status = await new Promise((resolve, reject) => {
    const path = `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/usages`;
    const headers = {
      authorization: basic(tenant.writer),
      "content-type": "text/plain",
      "sec-fetch-site": "cross-site",
    };
    const asked = request({ port, path, headers, method: "POST" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject).end(body);
  });
  expect(status).toBe(415);
});
