import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { createDeveloper } from "./edge-client.ts";

// The two curl lines of the page "Manage postpaid balances using credit limits", as printed but for host and credential.

const run = promisify(execFile);

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
  await createDeveloper(service, tenant, { email: "dev7@myorg", billingType: "POSTPAID" });
});
afterAll(() => service.stop());

async function shell(line: string): Promise<string> {
  const { clientId, clientSecret } = tenant.admin;
  const command = line
    .replace("https://api.enterprise.apigee.com", service.url)
    .replace("{org_name}", tenant.orgName)
    .replace("email:password", `${clientId}:${clientSecret}`);
  return (await run("bash", ["-c", command])).stdout.trimEnd();
}

const supportedCurrency = () =>
  `"supportedCurrency":{"description":"USD","displayName":"USD","id":"usd","name":"USD",` +
  `"organization":{"id":"${tenant.orgName}"},"status":"ACTIVE","virtualCurrency":false}`;

it("sets a credit limit and reads it, with numbers as they are printed there", async () => {
  const set = await shell(`curl -H "Content-Type:application/json" -X POST \\
    "https://api.enterprise.apigee.com/v1/mint/organizations/{org_name}/developers/dev7@myorg/developer-credit-limit?amount=1000&supportedCurrencyId=usd" \\
    -u email:password`);
  const id = /"id":"([0-9a-f-]{36})"/.exec(set)?.[1] ?? "";
  const balance = `{"amount":1000.0000,"chargePerUsage":false,"id":"${id}","isRecurring":false,${supportedCurrency()},"usage":0.0000}`;
  expect(set).toBe(balance);

  const read = await shell(`curl -H "Accept:application/json" -X GET \\
    "https://api.enterprise.apigee.com/v1/mint/organizations/{org_name}/developers/dev7@myorg/developer-credit-limit" \\
    -u email:password`);
  expect(read).toBe(`{"developerBalance":[${balance}],"totalRecords":1}`);
});
