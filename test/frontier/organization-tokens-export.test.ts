import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { failureOf } from "../support/failure.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { protonClients, protonTransports } from "./proton.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

type Clients = Pick<ReturnType<typeof connectClients>, "admin">;

async function exported({ admin }: Clients, id: string): Promise<{ types: string[]; chunks: string[] }> {
  const [types, chunks]: [string[], string[]] = [[], []];
  for await (const { contentType, data } of admin.exportOrganizationTokens({ id })) {
    types.push(contentType);
    chunks.push(new TextDecoder().decode(data));
  }
  return { types, chunks };
}

async function charge({ orgId, writer }: Tenant, usages: readonly object[]): Promise<void> {
  const { frontier } = connectClients(service.url, writer);
  await frontier.createBillingUsage({
    orgId,
    usages: usages.map((said) => ({ id: uuidv7(), amount: 1n, source: "api", ...said })),
  });
}

const header = "Amount,Type,Source,Description,User ID,User Title,Created At,Organization ID\n";
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

describe.each(protonTransports)("over %s", (_protocol, transportOf) => {
  it("answers every transaction as CSV, newest first", async () => {
    const tenant = await service.tenant({ credits: 10 });
    await charge(tenant, [{ amount: 3n, description: 'Two "big" GPUs, rented', userId: "ann" }]);
    await charge(tenant, [{ description: "two\nlines" }]);
    const clients = protonClients(transportOf, service.url, tenant.reader);
    const { types, chunks } = await exported(clients as never, tenant.orgId);
    expect(types).toEqual(["text/csv"]);
    const escaped = tenant.orgId;
    expect(chunks.join("")).toMatch(
      new RegExp(
        `^${header}1,debit,api,"two\nlines",,,${time},${escaped}\n` +
          `3,debit,api,"Two ""big"" GPUs, rented",ann,,${time},${escaped}\n10,credit,,,,,${time},${escaped}\n$`,
      ),
    );
  });

  it("tells who asks for what is not theirs, and for what is not there", async () => {
    const [tenant, other] = [await service.tenant(), await service.tenant()];
    const theirs = protonClients(transportOf, service.url, other.reader) as never;
    expect(await failureOf(exported(theirs, tenant.orgId))).toMatchObject({
      code: Code.PermissionDenied,
      reason: "PERMISSION_DENIED",
    });
    const ours = protonClients(transportOf, service.url, service.platform) as never;
    expect(await failureOf(exported(ours, uuidv7()))).toMatchObject({
      code: Code.NotFound,
      reason: "NOT_FOUND",
    });
    const stranger = { ...tenant.reader, clientSecret: "wrong" };
    const nobody = protonClients(transportOf, service.url, stranger) as never;
    expect((await failureOf(exported(nobody, tenant.orgId))).code).toBe(Code.Unauthenticated);
  });
});

it("streams what is more than one message, of every account, and the rows add up to their balances", async () => {
  const tenant = await service.tenant({ credits: 1_000 });
  const { frontier } = connectClients(service.url, tenant.writer);
  await charge(
    tenant,
    Array.from({ length: 300 }, () => ({ description: "x".repeat(2_000) })),
  );
  await frontier.disableBillingAccount({ id: tenant.billingId });
  const { billingAccount } = await frontier.createBillingAccount({
    orgId: tenant.orgId,
    body: { name: "Second" },
  });
  await service.credit({ ...tenant, billingId: billingAccount?.id ?? "" }, "50");
  const { types, chunks } = await exported(connectClients(service.url, tenant.reader), tenant.orgId);
  expect(types.length).toBeGreaterThan(2);
  const rows = chunks.join("").slice(header.length).split("\n").filter(Boolean);
  expect(rows).toHaveLength(302);
  const sum = rows.reduce((total, row) => {
    const [amount, type] = row.split(",");
    return total + (type === "debit" ? -Number(amount) : Number(amount));
  }, 0);
  expect(sum).toBe(750);
});

it("shows texts that a spreadsheet would compute, and leaves amounts numbers", async () => {
  const tenant = await service.tenant({ credits: 10 });
  const source = "=cmd|'/c calc'!a1";
  await charge(tenant, [{ source, description: '=HYPERLINK("http://evil.example")', userId: "-5.00" }]);
  const { chunks } = await exported(connectClients(service.url, tenant.reader), tenant.orgId);
  const [row] = chunks.join("").slice(header.length).split("\n");
  expect(row).toContain(`1,debit,'${source},"'=HYPERLINK(""http://evil.example"")",-5.00,,`);
});

it("answers the names of the columns where there is nothing else", async () => {
  const { orgId, reader } = await service.tenant();
  const { chunks } = await exported(connectClients(service.url, reader), orgId);
  expect(chunks).toEqual([header]);
});

describe("over REST", () => {
  const path = (id: string) => `/v1beta1/admin/organizations/${id}/tokens/export`;
  const get = (id: string, as: Tenant["reader"], init: RequestInit = {}) =>
    fetch(`${service.url}${path(id)}`, { headers: { authorization: basic(as) }, ...init });

  it("is the CSV itself, the same as in the stream", async () => {
    const tenant = await service.tenant({ credits: 1_000 });
    await charge(
      tenant,
      Array.from({ length: 300 }, () => ({ description: "x".repeat(2_000) })),
    );
    const { chunks } = await exported(connectClients(service.url, tenant.reader), tenant.orgId);
    expect(chunks.length).toBeGreaterThan(2);
    const response = await get(tenant.orgName, tenant.reader);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/csv"]);
    expect(await response.text()).toBe(chunks.join(""));
    expect(await overHttp2(path(tenant.orgId), tenant.reader)).toBe(chunks.join(""));
    const head = await get(tenant.orgId, tenant.reader, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("is refused like all else", async () => {
    const [tenant, other] = [await service.tenant(), await service.tenant()];
    const refused = await get(tenant.orgId, other.reader);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 7 }]);
    const missing = await get(uuidv7(), service.platform);
    expect([missing.status, await missing.json()]).toMatchObject([404, { code: 5 }]);
    expect((await get(tenant.orgId, { ...tenant.reader, clientSecret: "wrong" })).status).toBe(401);
  });

  async function overHttp2(path: string, as: Tenant["reader"]): Promise<string> {
    const session = connect(service.url);
    const stream = session.request({ ":path": path, authorization: basic(as) });
    const body = await text(stream);
    session.close();
    return body;
  }
});
