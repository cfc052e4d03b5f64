import { edgeClient, missing } from "../apigee-edge/edge-client.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import {
  type Answer,
  apigee,
  badFields,
  balance,
  credited,
  developerOf,
  failure,
  forbidden,
  madeDeveloper,
  usd,
} from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });
const group = "/appgroups/acme.apps";

const full = {
  name: "acme.apps",
  displayName: "Acme's apps",
  channelId: "portal",
  channelUri: "https://portal.example",
  email: "apps@acme.example",
  attributes: [{ name: "tier", value: "gold" }],
};
const shown = (more: object = {}) => ({
  ...full,
  appGroupId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  organization: tenant.orgName,
  status: "active",
  createdAt: expect.stringMatching(/^\d{13}$/),
  lastModifiedAt: expect.stringMatching(/^\d{13}$/),
  ...more,
});
const made = () => send("POST", "/appgroups", { body: full });
const nameRule =
  "must be 1 to 255 letters, digits, spaces and characters of ._-$%, with no space at either end, and neither . nor ..";
const noGroup = (name: string) =>
  failure({
    code: 404,
    status: "NOT_FOUND",
    message: `app group ${name} was not found`,
    reason: "NOT_FOUND",
    metadata: { resource: "customer", name },
    resource: { resourceType: "customer", resourceName: name },
  });

describe("an app group", () => {
  it("is meant by its id wherever by its name, and no other has that for its name", async () => {
    await made();
    const { appGroupId } = (await send("GET", "/appgroups/acme.apps")).json as { appGroupId: string };
    const byId = `/appgroups/${appGroupId.toUpperCase()}`;
    expect((await send("GET", byId)).json).toEqual(shown());
    expect(await send("PUT", byId, { body: { ...full, displayName: "A" } })).toMatchObject({
      status: 200,
      json: { name: "acme.apps", displayName: "A" },
    });
    expect(await send("PUT", byId, { body: { ...full, name: "other" } })).toMatchObject({
      status: 400,
      json: badFields({ name: "never changes" }),
    });
    const transactionAmount = { currencyCode: "USD", units: "25" };
    const credited = { body: { transactionAmount, transactionId: "order-1" } };
    expect((await send("POST", `${byId}/balance:credit`, credited)).status).toBe(200);
    const adjusted = { body: { adjustment: transactionAmount } };
    expect((await send("POST", `${byId}/balance:adjust`, adjusted)).status).toBe(200);
    const postpaid = { body: { billingType: "POSTPAID" } };
    expect((await send("PUT", `${byId}/monetizationConfig`, postpaid)).status).toBe(200);
    expect((await send("POST", `${byId}?action=inactive`)).json).toMatchObject({ status: "inactive" });
    for (const name of [appGroupId, appGroupId.toUpperCase()])
      expect(await send("POST", "/appgroups", { body: { name } })).toMatchObject({
        status: 400,
        json: badFields({ name: "must not be a UUID, which is the form of an app group's id" }),
      });
    expect((await send("GET", `/appgroups/${appGroupId}`)).json).toMatchObject({ name: "acme.apps" });
    expect((await send("GET", "/appgroups/acme.apps/balance")).json).toMatchObject({
      wallets: [{ balance: { currencyCode: "USD" } }],
    });
    expect((await send("DELETE", byId)).json).toMatchObject({ name: "acme.apps" });
    expect(await send("GET", byId)).toMatchObject({ status: 404, json: noGroup(appGroupId.toUpperCase()) });
  });

  it.each<[string, () => Promise<Answer>]>([
    ["a body", () => send("PUT", group, { body: { ...full, displayName: "Changed" } })],
    ["an action", () => send("POST", `${group}?action=inactive`)],
    ["a config", () => send("PUT", `${group}/monetizationConfig`, { body: { billingType: "POSTPAID" } })],
  ])(
    "is changed by %s as the first attempt found it, and not who has its name by the next",
    async (_, change) => {
      const { appGroupId: first } = (await made()).json as { appGroupId: string };
      const { json } = await send("POST", "/appgroups", { body: { ...full, name: "other" } });
      const { appGroupId: second } = json as { appGroupId: string };
      const before = (await send("GET", `/appgroups/${second}`)).json as object;
      const answer = await withSql(service.databaseUrl, async (sql) => {
        let changing: Promise<Answer> | undefined;
        await sql.begin(async (transaction) => {
          await transaction`select from customers where org_id = ${tenant.orgId} and id = ${first} for update`;
          changing = change();
          // Once it has waited in vain a few times, it is between two attempts for longer than it takes to look.
          const attempts = new Set<string>();
          await until(async () => {
            const waiting =
              await transaction`select virtualtransaction as at from pg_locks join pg_stat_activity using (pid)
                where datname = current_database() and not granted`;
            for (const { at } of waiting) attempts.add(String(at));
            return attempts.size > 5 && waiting.length === 0;
          });
          await transaction`update customers set deleted_at = now() where id = ${first}`;
          await transaction`delete from app_groups where customer_id = ${first}`;
          await transaction`update app_groups set name = 'acme.apps' where customer_id = ${second}`;
        });
        return changing;
      });
      expect(answer).toMatchObject({ status: 404, json: noGroup("acme.apps") });
      expect((await send("GET", `/appgroups/${second}`)).json).toEqual({ ...before, name: "acme.apps" });
    },
  );

  it("is not who has that id and is none", async () => {
    const developer = await madeDeveloper(send, "ann@example.com");
    const { developerId } = (await send("GET", developer)).json as { developerId: string };
    const body = { transactionAmount: { currencyCode: "USD", units: "25" }, transactionId: "order-1" };
    const path = `/appgroups/${developerId}/balance:credit`;
    expect(await send("POST", path, { body })).toMatchObject({ status: 404, json: noGroup(developerId) });
    // Nor for what that one has done under the same transaction id.
    expect((await send("POST", `${developer}/balance:credit`, { body })).status).toBe(200);
    expect(await send("POST", path, { body })).toMatchObject({ status: 404, json: noGroup(developerId) });
    const topUp = await edgeClient(service, tenant).post(`/companies/${developerId}/developer-balances`, {
      body: { amount: 5, supportedCurrency: { id: "usd" } },
    });
    expect(topUp).toMatchObject({ status: 404, body: missing("customer", developerId, "company") });
  });

  it("is made and read", async () => {
    const { status, json } = await made();
    expect({ status, json }).toEqual({ status: 201, json: shown() });
    expect((await send("GET", group)).json).toEqual(json);
    const least = await send("POST", "/appgroups", { body: { name: "least", status: "inactive" } });
    expect(least.json).toMatchObject({ name: "least", status: "inactive" });
  });

  it("may have spaces and signs in its name", async () => {
    const name = "100% of $ACME's".replace("'s", " apps");
    expect((await send("POST", "/appgroups", { body: { name } })).status).toBe(201);
    const path = `/appgroups/${encodeURIComponent(name)}`;
    expect((await send("GET", path)).json).toMatchObject({ name });
    await credited(send, path, "5", "t-1");
    expect((await send("GET", `${path}/balance`)).json).toEqual(balance("5"));
  });

  it("shares its email with whom it likes, and is not found by it", async () => {
    const email = "apps@acme.example";
    for (const name of ["one", "two"]) {
      const { status, json } = await send("POST", "/appgroups", { body: { name, email } });
      expect({ status, json }).toMatchObject({ status: 201, json: { name, email } });
    }
    expect((await send("GET", `/developers/${email}`)).status).toBe(404);
    expect((await send("POST", "/developers", { body: developerOf(email) })).status).toBe(201);
    expect((await send("PUT", "/appgroups/one", { body: {} })).json).not.toHaveProperty("email");
  });

  it("keeps the order of its attributes", async () => {
    const attributes = ["tier", "10", "9", "a"].map((name) => ({ name, value: "x" }));
    expect((await send("POST", "/appgroups", { body: { name: "g", attributes } })).json).toMatchObject({
      attributes,
    });
    expect((await send("GET", "/appgroups/g")).json).toMatchObject({ attributes });
  });

  it("is a customer natively", async () => {
    const { appGroupId } = (await made()).json as { appGroupId: string };
    const { customers } = connectClients(service.url, tenant.reader);
    const { customer } = await customers.getCustomer({ organization: tenant.orgId, customer: appGroupId });
    expect(customer).toMatchObject({ name: "Acme's apps", email: "", attributes: { tier: "gold" } });
  });

  it("409: has a name of its own, however many come at once", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, made));
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect((await made()).json).toEqual(
      failure({
        code: 409,
        status: "ALREADY_EXISTS",
        message: "another app group has the name acme.apps",
        reason: "ALREADY_EXISTS",
        metadata: { resource: "customer", field: "name", name: "acme.apps" },
        resource: { resourceType: "customer", resourceName: "acme.apps" },
      }),
    );
  });

  it.each([
    [undefined, { name: nameRule, "the body": "is required" }],
    [{ name: "a/b" }, { name: nameRule }],
    [{ name: " a" }, { name: nameRule }],
    [{ name: "a " }, { name: nameRule }],
    [{ name: "~a" }, { name: nameRule }],
    [{ name: "." }, { name: nameRule }],
    [{ name: ".." }, { name: nameRule }],
    [{ name: "a", email: "nobody" }, { email: "is not an email address" }],
    [{ name: "a", status: "asleep" }, { status: "must be active or inactive" }],
    [{ name: "a", attributes: [{ value: "x" }] }, { "attributes[0].name": "is required" }],
    [{ name: "a", title: "x" }, { title: "there is no such field" }],
  ])("400: cannot be %j", async (body, fields) => {
    const { status, json } = await send("POST", "/appgroups", { body });
    expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
  });

  it("is replaced but for its name", async () => {
    await made();
    const { json } = await send("PUT", group, { body: { displayName: "Other", status: "inactive" } });
    const { name, appGroupId } = shown();
    expect(json).toMatchObject({ name, appGroupId, displayName: "Other", status: "inactive" });
    expect(json).not.toHaveProperty("channelId");
    expect(json).not.toHaveProperty("attributes");
    expect(await send("PUT", group, { body: { name: "other" } })).toMatchObject({
      status: 400,
      json: badFields({ name: "never changes" }),
    });
  });

  it("is made inactive and active by an action alone", async () => {
    await made();
    expect((await send("PUT", `${group}?action=inactive`)).json).toEqual(shown({ status: "inactive" }));
    expect((await send("PUT", `${group}?action=active`)).json).toEqual(shown());
    // As PHP's client sends it.
    const header = { "content-type": "application/octet-stream", "content-length": "0" };
    expect((await send("POST", `${group}?action=inactive`, { header })).json).toEqual(
      shown({ status: "inactive" }),
    );
    expect(await send("PUT", `${group}?action=x`)).toMatchObject({
      status: 400,
      json: badFields({ action: "must be active or inactive" }),
    });
  });

  it("is deleted when it is settled, and its name is free", async () => {
    await made();
    await credited(send, group, "5", "t-1");
    expect(await send("DELETE", group)).toMatchObject({
      status: 400,
      json: {
        error: {
          status: "FAILED_PRECONDITION",
          details: [
            {
              violations: [
                { type: "mint.service.developer_balance_not_settled", subject: "app group acme.apps" },
              ],
            },
            { reason: "CUSTOMER_NOT_SETTLED" },
          ],
        },
      },
    });
    await send("POST", `${group}/balance:adjust`, { body: { adjustment: usd("5") } });
    expect((await send("DELETE", group)).json).toEqual(shown());
    expect(await send("GET", group)).toMatchObject({ status: 404, json: noGroup("acme.apps") });
    expect((await send("DELETE", group)).status).toBe(404);
    await made();
    expect((await send("GET", `${group}/balance`)).json).toEqual({});
  });

  it("403 and 404 of all that concern it", async () => {
    const reader = apigee(service, tenant, tenant.reader);
    const calls = [
      ["PUT", "", { displayName: "x" }],
      ["DELETE", "", undefined],
      ["POST", "/balance:credit", { transactionAmount: usd("1"), transactionId: "x" }],
      ["POST", "/balance:adjust", { adjustment: usd("1") }],
      ["PUT", "/monetizationConfig", { billingType: "POSTPAID" }],
      ["GET", "", undefined],
      ["GET", "/balance", undefined],
      ["GET", "/monetizationConfig", undefined],
    ] as const;
    for (const [method, path, body] of calls) {
      expect(await send(method, `${group}${path}`, { body })).toMatchObject({
        status: 404,
        json: noGroup("acme.apps"),
      });
      if (method === "GET") continue;
      expect(await reader(method, `${group}${path}`, { body })).toMatchObject({
        status: 403,
        json: forbidden,
      });
    }
  });
});

describe("the balance of an app group", () => {
  beforeEach(made);
  const credit = (units: string) =>
    send("POST", `${group}/balance:credit`, {
      body: { transactionAmount: usd(units), transactionId: "t-1" },
    });
  const adjust = (units: string) =>
    send("POST", `${group}/balance:adjust`, { body: { adjustment: usd(units) } });

  it("is credited once for a transaction id", async () => {
    expect(await send("GET", `${group}/balance`)).toMatchObject({ status: 200, json: {} });
    expect((await credit("25")).json).toEqual(balance("25"));
    expect((await credit("25")).json).toEqual(balance("25"));
    expect(await credit("26")).toMatchObject({
      status: 409,
      json: {
        error: { message: "transaction t-1 of app group acme.apps was another one: amount differs" },
      },
    });
    expect((await send("GET", `${group}/balance`)).json).toEqual(balance("25"));
  });

  it("is adjusted downwards alone", async () => {
    expect((await adjust("1")).json).toMatchObject({
      error: {
        details: [{ violations: [{ type: "keymanagement.service.developer_wallet_does_not_exist" }] }, {}],
      },
    });
    await credit("25");
    expect((await adjust("5")).json).toEqual(balance("20"));
    expect(await adjust("-5")).toMatchObject({
      status: 400,
      json: badFields({ adjustment: "must be above 0 for an app group; to give back, credit it" }),
    });
    expect((await adjust("21")).json).toMatchObject({
      error: { details: [{ violations: [{ type: "mint.service.developer_usage_exceeds_balance" }] }, {}] },
    });
  });

  it("is prepaid or postpaid", async () => {
    const config = `${group}/monetizationConfig`;
    expect((await send("GET", config)).json).toEqual({ billingType: "PREPAID" });
    expect((await send("PUT", config, { body: { billingType: "POSTPAID" } })).json).toEqual({
      billingType: "POSTPAID",
    });
    expect((await send("GET", config)).json).toEqual({ billingType: "POSTPAID" });
    expect((await send("PUT", config, { body: {} })).json).toEqual(
      badFields({ billingType: "must be PREPAID or POSTPAID" }),
    );
    await send("PUT", group, { body: { attributes: [{ name: "MINT_BILLING_TYPE", value: "PREPAID" }] } });
    expect((await send("GET", config)).json).toEqual({ billingType: "PREPAID" });
  });
});
