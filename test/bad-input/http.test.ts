import { randomUUID } from "node:crypto";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { pathOf } from "./protocols.ts";
import { restOutcome, sendRest } from "./rest.ts";
import { exchange, statusOf } from "./socket.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage, getBillingBalance } = FrontierService.method;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const usage = () =>
  JSON.stringify({ org_id: world.tenant.orgId, usages: [{ id: randomUUID(), source: "test", amount: 1 }] });

it.each([
  ["/v1beta1/organizations/../organizations/x/billing", 404],
  ["/v1beta1/organizations/%2e%2e/billing/%2e%2e/balance", 404],
  ["/../../etc/passwd", 404],
  ["/v1beta1//organizations", 404],
  ["//", 404],
  ["/%00", 400],
  ["/v1beta1/organizations/a%00b/billing/x/balance", 400],
  ["/v1beta1/organizations/%/billing/x/balance", 400],
  ["/v1beta1/organizations/%zz/billing/x/balance", 400],
  ["/v1beta1/organizations/%c0%af/billing/x/balance", 400],
  ["/v1beta1/organizations/%ed%a0%80/billing/x/balance", 400],
  ["/v1beta1/organizations/x/billing/'%20or%201=1--/balance", 404],
  ["/tallystick/v1/organizations/__proto__", 404],
  ["/tallystick/v1/organizations?page_size=99999999999", 400],
  ["/tallystick/v1/organizations?page_size=1&page_size=2", 400],
  ["/tallystick/v1/organizations?page_token=%ff", 400],
  ["/tallystick/v1/organizations?__proto__.x=1", 400],
  [`/tallystick/v1/organizations?${"a&".repeat(1_001)}`, 400],
  [`/${"a/".repeat(200)}`, 404],
  ["http://[bad/x", 404],
  ["*", 400],
])("answers GET %s with %d", async (path, status) => {
  const answer = await exchange(world.url, [
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${world.header.authorization}\r\nConnection: close\r\n\r\n`,
  ]);
  expect(statusOf(answer)).toBe(status);
});

it.each([
  ["text/plain", 415],
  ["application/xml", 415],
  ["application/json; charset=latin1", 415],
  ["application/x-www-form-urlencoded", 415],
])("refuses %s over REST", async (contentType, status) => {
  const { orgId, billingId: customer } = world.tenant;
  const charge = { customer, kind: "TRANSFER_KIND_CHARGE", amount: "1", currency: "VC" };
  const init = { headers: { ...world.header, "content-type": contentType }, body: JSON.stringify(charge) };
  const url = `${world.url}/tallystick/v1/organizations/${orgId}/transfers`;
  expect(await sendRest(url, init)).toMatchObject({ status });
});

it("refuses what is no JSON on Frontier's paths, where the type does not matter", async () => {
  const headers = { ...world.header, "content-type": "application/x-www-form-urlencoded" };
  const init = { headers, body: "usages[0].amount=1" };
  expect(await sendRest(`${world.url}${world.accountPath}/usages`, init)).toMatchObject({
    status: 400,
    reason: "MALFORMED_JSON",
  });
});

it.each([
  "text/plain",
  "application/xml",
  "application/grpc+xml",
  "application/grpc-web-text+xml",
  "application/connect+json",
])("refuses %s for an RPC", async (contentType) => {
  const headers = { ...world.header, "content-type": contentType };
  const response = await fetch(world.url + pathOf(createBillingUsage), {
    method: "POST",
    headers,
    body: usage(),
  });
  expect(response.status).toBe(415);
});

it.each(["PUT", "PATCH", "DELETE", "OPTIONS"])("refuses %s where only POST may be", async (method) => {
  const rest = await restOutcome(
    await fetch(`${world.url}${world.accountPath}/usages`, { method, headers: world.header }),
  );
  expect(rest).toMatchObject({ status: 405, reason: "METHOD_NOT_ALLOWED" });
  expect(rest.headers.get("allow")).toBe("POST");
  const rpc = await fetch(world.url + pathOf(createBillingUsage), { method, headers: world.header });
  expect(rpc.status).toBe(405);
});

it.each([
  "",
  "?connect=v1",
  "?connect=v1&encoding=json&message=%7Bnope",
  "?connect=v1&encoding=json&message=%ff",
  "?connect=v1&encoding=proto&base64=1&message=%25%25%25",
  "?connect=v1&encoding=proto&message=%ff%ff",
  "?connect=v1&encoding=xml&message=x",
  "?connect=v1&encoding=json&compression=zip&message=x",
  "?connect=v1&encoding=json&compression=gzip&message=x",
  "?connect=v2&encoding=json&message=%7B%7D",
])("refuses a Connect GET with %j", async (query) => {
  const response = await fetch(world.url + pathOf(getBillingBalance) + query, { headers: world.header });
  await response.arrayBuffer();
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).not.toBe(500);
});
