import { CustomerState } from "../../gen/tallystick/v1/customer_pb.ts";
import { connectClients } from "../support/service.ts";
import {
  apigee,
  badFields,
  credited,
  developerOf,
  failure,
  forbidden,
  madeDeveloper,
  noDeveloper,
  type Send,
  usd,
} from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const ms = expect.stringMatching(/^\d{13}$/);
const shown = (email: string, more: object = {}) => ({
  ...developerOf(email),
  developerId: uuid,
  organizationName: tenant.orgName,
  status: "active",
  createdAt: ms,
  lastModifiedAt: ms,
  ...more,
});
const taken = (email: string) =>
  failure({
    code: 409,
    status: "ALREADY_EXISTS",
    message: `another developer has the email ${email}`,
    reason: "ALREADY_EXISTS",
    metadata: { resource: "customer", field: "email", name: email },
    resource: { resourceType: "customer", resourceName: email },
  });

describe("developers.create", () => {
  it("makes one, active, with all that is said", async () => {
    const more = {
      attributes: [{ name: "tier", value: "gold" }],
      appFamily: "family",
      accessType: "external",
    };
    // What only the server says is ignored, not refused.
    const said = {
      status: "inactive",
      developerId: "x",
      createdAt: "1",
      organizationName: "other",
      apps: ["a"],
    };
    const { status, json } = await send("POST", "/developers", {
      body: { ...developerOf("ann@example.com", more), ...said },
    });
    expect(status).toBe(201);
    expect(json).toEqual(shown("ann@example.com", more));
  });

  it("has a name of as many characters as fit, however they are written in UTF-16", async () => {
    const [firstName, lastName] = ["\u{1f600}".repeat(200), "\u{1f600}".repeat(54)];
    const body = { ...developerOf("ann@example.com"), firstName, lastName };
    expect(await send("POST", "/developers", { body })).toMatchObject({ status: 201, json: { lastName } });
    const long = { ...body, email: "bob@example.com", lastName: `${lastName}!` };
    expect(await send("POST", "/developers", { body: long })).toMatchObject({
      status: 400,
      json: badFields({ lastName: "makes a name of 256 characters; at most 255 fit" }),
    });
  });

  it("is a customer to everybody else, and a customer is a developer", async () => {
    const { customers } = connectClients(service.url, tenant.writer);
    await madeDeveloper(send, "ann@example.com", { attributes: [{ name: "tier", value: "gold" }] });
    const { customer } = await customers.getCustomer({
      organization: tenant.orgId,
      customer: "ann@example.com",
    });
    expect(customer).toMatchObject({
      name: "Ann Lee",
      state: CustomerState.ACTIVE,
      attributes: { tier: "gold" },
    });
    const organization = tenant.orgId;
    await customers.createCustomer({ organization, name: "Bob Ray", email: "Bob@example.com" });
    const { json } = await send("GET", "/developers/bob@example.com");
    expect(json).toMatchObject({ email: "bob@example.com", firstName: "Bob Ray", status: "active" });
    // Another name than the two together is the truth about both.
    await customers.updateCustomer({ organization, customer: "ann@example.com", name: "Ann Fox" });
    expect((await send("GET", "/developers/ann@example.com")).json).toMatchObject({ firstName: "Ann Fox" });
  });

  it("400: says of every field what is wrong", async () => {
    const attributes = [
      { name: "a", value: "1" },
      { name: "a", value: "2" },
      { value: "3" },
      { name: "MINT_BILLING_TYPE", value: "BOTH" },
    ];
    const { status, json } = await send("POST", "/developers", {
      body: { email: "Ann@example.com", attributes },
    });
    expect(status).toBe(400);
    expect(json).toEqual(
      badFields({
        firstName: "is required",
        lastName: "is required",
        userName: "is required",
        email: "must be in lower case",
        "attributes[1].name": "is there twice",
        "attributes[2].name": "is required",
        "attributes[3].value": "must be PREPAID or POSTPAID",
      }),
    );
  });

  it.each([
    ["no body", undefined, "the body"],
    ["no email", developerOf(""), "email"],
    ["an email that is none", developerOf("ann"), "email"],
    ["too long a name", developerOf("a@b", { firstName: "x".repeat(256) }), "firstName"],
    [
      "too long names",
      developerOf("a@b", { firstName: "x".repeat(128), lastName: "y".repeat(127) }),
      "lastName",
    ],
    [
      "19 attributes",
      developerOf("a@b", { attributes: Array.from({ length: 19 }, (_, n) => ({ name: `${n}` })) }),
      "attributes",
    ],
    ["a field that there is not", developerOf("a@b", { mail: "x" }), "mail"],
    ["a field of another type", developerOf("a@b", { attributes: "x" }), "attributes"],
  ])("400: %s", async (_what, body, field) => {
    const { status, json } = await send("POST", "/developers", { body });
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain(`"field":"${field}"`);
  });

  it("counts the characters of the names together as readers do", async () => {
    const names = (count: number) => ({
      firstName: "\u{1f600}".repeat(127),
      lastName: "\u{1f600}".repeat(count),
    });
    const answer = await send("POST", "/developers", { body: developerOf("ann@example.com", names(127)) });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject(names(127));
    expect(
      (await send("POST", "/developers", { body: developerOf("b@example.com", names(128)) })).json,
    ).toEqual(badFields({ lastName: "makes a name of 256 characters; at most 255 fit" }));
  });

  it("409: an email that another has, even a disabled one", async () => {
    await madeDeveloper(send, "ann@example.com");
    const again = () => send("POST", "/developers", { body: developerOf("ann@example.com") });
    expect(await again()).toMatchObject({ status: 409, json: taken("ann@example.com") });
    await send("POST", "/developers/ann@example.com?action=inactive");
    expect(await again()).toMatchObject({ status: 409, json: taken("ann@example.com") });
  });

  it("409 for all but one of those that come at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => send("POST", "/developers", { body: developerOf("ann@example.com") })),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });

  it("401 and 403", async () => {
    const body = developerOf("ann@example.com");
    const anonymous = await send("POST", "/developers", { body, header: { authorization: "" } });
    expect(anonymous.status).toBe(401);
    expect(anonymous.header["www-authenticate"]).toContain("Bearer");
    const reader = await apigee(service, tenant, tenant.reader)("POST", "/developers", { body });
    expect(reader).toMatchObject({ status: 403, json: forbidden });
    const other = await service.tenant();
    const foreign = await apigee(service, tenant, other.admin)("GET", "/developers/ann@example.com");
    expect(foreign).toMatchObject({ status: 403, json: forbidden });
  });
});

describe("developers.get", () => {
  it("finds one by email in any case and by id, escaped or not", async () => {
    await madeDeveloper(send, "ann+test@example.com");
    const { json } = await send("GET", "/developers/ann+test@example.com");
    expect(json).toEqual(shown("ann+test@example.com"));
    const { developerId } = json as { developerId: string };
    for (const name of ["ann%2Btest%40example.com", "Ann%2btest@Example.com", developerId]) {
      expect(await send("GET", `/developers/${name}`)).toMatchObject({ status: 200, json });
    }
    // A stray parameter of the real clients.
    expect(await send("GET", `/developers/${developerId}?action=active`)).toMatchObject({
      status: 200,
      json,
    });
  });

  it("404: nobody's email, nobody's id", async () => {
    for (const name of ["nobody@example.com", tenant.orgId]) {
      expect(await send("GET", `/developers/${name}`)).toMatchObject({
        status: 404,
        json: noDeveloper(name),
      });
    }
  });

  it("404 and not another organization's", async () => {
    const other = await service.tenant();
    await madeDeveloper(apigee(service, other), "ann@example.com");
    expect((await send("GET", "/developers/ann@example.com")).status).toBe(404);
  });

  it("404: an organization that there is not", async () => {
    const platform = apigee(service, { ...tenant, orgName: "nowhere" }, service.platform);
    expect(await platform("GET", "/developers/ann@example.com")).toMatchObject({
      status: 404,
      json: { error: { message: "organization nowhere was not found" } },
    });
  });
});

describe("developers.list", () => {
  const emails = ["a@example.com", "b@example.com", "c@example.com"];
  const customerEmail = () => `customer@${tenant.orgName}.example`;
  beforeEach(async () => {
    for (const email of emails.toReversed()) await madeDeveloper(send, email);
  });
  const listed = (all: readonly string[]) => ({ developer: all.map((email) => ({ email })) });

  it("answers the emails in their order", async () => {
    const { json } = await send("GET", "/developers");
    expect(json).toEqual(listed([...emails, customerEmail()]));
  });

  it("answers whole developers where asked", async () => {
    const { json } = await send("GET", "/developers?expand=true&includeCompany=true");
    const expanded = (json as { developer: object[] }).developer;
    expect(expanded.slice(0, 3)).toEqual(emails.map((email) => shown(email)));
  });

  it("answers pages that begin with a key", async () => {
    const page = await send("GET", "/developers?count=2&startKey=b@example.com");
    expect(page.json).toEqual(listed(emails.slice(1)));
    const escaped = await send("GET", "/developers?count=1&startKey=bb%40example.com");
    expect(escaped.json).toEqual(listed(["c@example.com"]));
    expect((await send("GET", "/developers?count=5&startKey=z")).json).toEqual({ developer: [] });
    // PHP's client asks for both.
    const both = await send("GET", "/developers?expand=true&count=1&startKey=b@example.com");
    expect(both.json).toEqual({ developer: [shown("b@example.com")] });
  });

  it("answers those of some ids and emails", async () => {
    const { json } = await send("GET", "/developers/a@example.com");
    const { developerId } = json as { developerId: string };
    const some = await send("GET", `/developers?ids=c%40example.com,${developerId},nobody@example.com`);
    expect(some.json).toEqual(listed(["a@example.com", "c@example.com"]));
  });

  it("answers nobody for an app, as there are none", async () => {
    expect(await send("GET", "/developers?app=weather")).toMatchObject({ status: 200, json: {} });
  });

  it("leaves out app groups", async () => {
    await send("POST", "/appgroups", { body: { name: "group" } });
    expect((await send("GET", "/developers")).json).toEqual(listed([...emails, customerEmail()]));
    const { json } = await send("GET", "/appgroups/group");
    const { appGroupId } = json as { appGroupId: string };
    expect((await send("GET", `/developers/${appGroupId}`)).status).toBe(404);
  });

  it.each([
    ["count=1001", { count: "must be 0 to 1000" }],
    ["count=-1", { count: "must be 0 to 1000" }],
    ["count=x", { count: 'expected a whole number of 64 bits, got "x"' }],
    ["expand=maybe", { expand: 'expected true or false, got "maybe"' }],
    ["page=2", { page: "there is no such query parameter" }],
    [`ids=${Array.from({ length: 1_001 }, () => "a").join(",")}`, { ids: "has 1001 ids; at most 1000 fit" }],
  ])("400: %#", async (query, fields) => {
    const { status, json } = await send("GET", `/developers?${query}`);
    expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
  });
});

describe("developers.update", () => {
  it("replaces everything, the email too", async () => {
    await madeDeveloper(send, "ann@example.com", {
      attributes: [{ name: "tier", value: "gold" }],
      appFamily: "f",
    });
    const before = (await send("GET", "/developers/ann@example.com")).json as { developerId: string };
    const body = developerOf("lee@example.com", { firstName: "Lee" });
    const { status, json } = await send("PUT", "/developers/ann@example.com", { body });
    expect(status).toBe(200);
    expect(json).toEqual(shown("lee@example.com", { firstName: "Lee", developerId: before.developerId }));
    expect((await send("GET", "/developers/lee@example.com")).json).toEqual(json);
    expect((await send("GET", "/developers/ann@example.com")).status).toBe(404);
  });

  it("leaves status, billing type and balance as they are", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    await credited(send, ann, "5", "t-1");
    await send("PUT", `${ann}/monetizationConfig`, { body: { billingType: "POSTPAID" } });
    await send("POST", `${ann}?action=inactive`);
    const { json } = await send("PUT", ann, { body: developerOf("ann@example.com", { status: "active" }) });
    expect(json).toMatchObject({ status: "inactive" });
    expect((await send("GET", `${ann}/monetizationConfig`)).json).toEqual({ billingType: "POSTPAID" });
    expect((await send("GET", `${ann}/balance`)).json).toMatchObject({
      wallets: [{ balance: { units: "5" } }],
    });
  });

  it("400, 404 and 409", async () => {
    await madeDeveloper(send, "ann@example.com");
    await madeDeveloper(send, "bob@example.com");
    const put = (name: string, body: object) => send("PUT", `/developers/${name}`, { body });
    expect(await put("ann@example.com", { ...developerOf("ann@example.com"), userName: "" })).toMatchObject({
      status: 400,
      json: badFields({ userName: "is required" }),
    });
    expect(await put("cid@example.com", developerOf("cid@example.com"))).toMatchObject({
      status: 404,
      json: noDeveloper("cid@example.com"),
    });
    expect(await put("ann@example.com", developerOf("bob@example.com"))).toMatchObject({
      status: 409,
      json: taken("bob@example.com"),
    });
  });
});

describe("developers.setDeveloperStatus", () => {
  it("204: is shown, and decides about charges", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    const answer = await send("POST", `${ann}?action=inactive`, {
      header: { "content-type": "application/octet-stream", "content-length": "0" },
    });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: "" });
    expect(answer.header["content-length"]).toBeUndefined();
    expect((await send("GET", ann)).json).toMatchObject({ status: "inactive" });
    await credited(send, ann, "5", "t-1");
    const body = { adjustment: { currencyCode: "USD", units: "1" } };
    const refused = await send("POST", `${ann}/balance:adjust`, { body });
    expect(refused).toMatchObject({ status: 400, json: { error: { status: "FAILED_PRECONDITION" } } });
    expect(JSON.stringify(refused.json)).toContain("keymanagement.service.developer_is_inactive");
    expect((await send("POST", `${ann}?action=active`)).status).toBe(204);
    expect((await send("POST", `${ann}/balance:adjust`, { body })).status).toBe(200);
  });

  it("400 and 404", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    const wrong = { json: badFields({ action: "must be active or inactive" }), status: 400 };
    expect(await send("POST", `${ann}?action=asleep`)).toMatchObject(wrong);
    expect(await send("POST", ann)).toMatchObject(wrong);
    const nobody = await send("POST", "/developers/nobody@example.com?action=active");
    expect(nobody).toMatchObject({ status: 404, json: noDeveloper("nobody@example.com") });
  });

  it("400: a second active billing account", async () => {
    const billing = `/developers/${tenant.billingId}`;
    await send("POST", `${billing}?action=inactive`);
    const { frontier } = connectClients(service.url, tenant.writer);
    const body = { name: "Next", email: "next@example.com" };
    const { billingAccount } = await frontier.createBillingAccount({ orgId: tenant.orgId, body });
    expect(await send("POST", `${billing}?action=active`)).toMatchObject({
      status: 400,
      json: failure({
        code: 400,
        status: "FAILED_PRECONDITION",
        message: `the organization has an active billing account, ${billingAccount?.id}; disable it first`,
        reason: "BILLING_ACCOUNT_ACTIVE",
        metadata: { customer: billingAccount?.id },
        resource: { resourceType: "customer", resourceName: billingAccount?.id ?? "" },
      }),
    });
  });
});

describe("developers.delete", () => {
  it("answers it as it was, and frees its email", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    const { json } = await send("GET", ann);
    expect(await send("DELETE", ann)).toMatchObject({ status: 200, json });
    for (const path of [ann, `${ann}/balance`, `${ann}/monetizationConfig`, `${ann}/attributes`]) {
      expect(await send("GET", path)).toMatchObject({ status: 404, json: noDeveloper("ann@example.com") });
    }
    expect((await send("DELETE", ann)).status).toBe(404);
    await madeDeveloper(send, "ann@example.com");
    expect((await send("GET", ann)).json).not.toMatchObject({
      developerId: (json as { developerId: string }).developerId,
    });
  });

  it("400 while it holds or owes money; afterwards its history stays", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    const { developerId } = (await send("GET", ann)).json as { developerId: string };
    await credited(send, ann, "5", "t-1");
    expect(await send("DELETE", ann)).toMatchObject({
      status: 400,
      json: failure({
        code: 400,
        status: "FAILED_PRECONDITION",
        message: `customer ${developerId} has a balance of 5 USD, of which 0 is held; it can be deleted once both are 0`,
        reason: "CUSTOMER_NOT_SETTLED",
        metadata: { customer: developerId, currency: "USD", balance: "5", held: "0" },
        violation: {
          type: "mint.service.developer_balance_not_settled",
          subject: "developer ann@example.com",
        },
      }),
    });
    const body = { adjustment: { currencyCode: "USD", units: "5" } };
    await send("POST", `${ann}/balance:adjust`, { body });
    expect((await send("DELETE", ann)).status).toBe(200);
    const { ledger } = connectClients(service.url, tenant.reader);
    const { transfers } = await ledger.listTransfers({ organization: tenant.orgId });
    expect(transfers.map(({ customerId, amount }) => [customerId, amount])).toEqual([
      [developerId, "-5"],
      [developerId, "5"],
    ]);
  });

  it("400 while a hold sets money aside", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    const { ledger } = connectClients(service.url, tenant.admin);
    const of = { organization: tenant.orgId, customer: "ann@example.com", currency: "USD" };
    await ledger.setLimit({ ...of, minimumBalance: "-10" });
    const { receipt } = await ledger.createHold({ ...of, amount: "3" });
    expect(await send("DELETE", ann)).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining("of which 3 is held") } },
    });
    await ledger.releaseHold({ organization: tenant.orgId, hold: receipt?.hold?.id ?? "" });
    expect((await send("DELETE", ann)).status).toBe(200);
  });

  it("loses no money to whoever credits at the same moment", async () => {
    const { ledger } = connectClients(service.url, tenant.writer);
    const currencies = ["USD", "EUR", "CHF", "SEK"];
    const outcomes = new Set<number | undefined>();
    const round = async (name: string, isUsed: boolean, place: number, oneByOne = false) => {
      const ann = await madeDeveloper(send, `ann-${name}@example.com`);
      const { developerId } = (await send("GET", ann)).json as { developerId: string };
      if (isUsed) {
        await credited(send, ann, "1", "first");
        await send("POST", `${ann}/balance:adjust`, { body: { adjustment: usd("1") } });
      }
      const credits = currencies.map((currencyCode) => {
        const body = { transactionAmount: { currencyCode, units: "5" }, transactionId: currencyCode };
        return () => send("POST", `${ann}/balance:credit`, { body });
      });
      const remove = () => send("DELETE", ann);
      const calls = [...credits.slice(0, place), remove, ...credits.slice(place)];
      const answers: Awaited<ReturnType<Send>>[] = [];
      if (oneByOne) for (const call of calls) answers.push(await call());
      else answers.push(...(await Promise.all(calls.map((call) => call()))));
      const removal = answers[place];
      outcomes.add(removal?.status);
      // Either the developer goes and nobody's money with it, or all of it is there and so is the developer.
      const isGone = removal?.status === 200;
      const others = answers.filter((answer) => answer !== removal);
      expect(others.map(({ status }) => status)).toEqual(currencies.map(() => (isGone ? 404 : 200)));
      const { accounts } = await ledger.listAccounts({ organization: tenant.orgId, pageSize: 1_000 });
      const left = accounts.filter(({ customerId, posted }) => customerId === developerId && posted !== "0");
      expect(left.map(({ posted }) => posted)).toEqual(isGone ? [] : currencies.map(() => "5"));
    };
    // Half of the time its accounts are there already, empty. Who is first is a matter of luck, as is whether both ever are.
    for (let each = 0; each < 16 && (each < 4 || outcomes.size < 2); each += 1)
      await round(String(each), each % 2 === 0, each % 4);
    await round("gone-before", true, 0, true);
    await round("credited-before", true, currencies.length, true);
    expect([...outcomes].sort()).toEqual([200, 400]);
  });

  it("403 and 404", async () => {
    const ann = await madeDeveloper(send, "ann@example.com");
    expect((await apigee(service, tenant, tenant.reader)("DELETE", ann)).status).toBe(403);
    expect((await send("DELETE", "/developers/nobody@example.com")).status).toBe(404);
  });
});
