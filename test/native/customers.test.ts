import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { BillingType, CustomerMatchKind, CustomerState } from "../../gen/tallystick/v1/customer_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { allPages } from "./ledger-calls.ts";

const { PREPAID } = BillingType;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const customers = (as = tenant.writer) => connectClients(service.url, as).customers;
const organization = () => ({ organization: tenant.orgId });

describe("CreateCustomer", () => {
  it("makes one with no more than an organization", async () => {
    const { customer } = await customers().createCustomer(organization());
    expect(customer).toMatchObject({
      name: "",
      email: "",
      billingType: PREPAID,
      state: CustomerState.ACTIVE,
      attributes: {},
    });
    expect(customer?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it("takes an id that exists elsewhere, and all that is said, over REST", async () => {
    const client = restClient(service.url, tenant.writer);
    const path = `/tallystick/v1/organizations/${tenant.orgName}/customers`;
    const said = {
      name: "Ann",
      email: "Ann@example.com",
      billingType: "BILLING_TYPE_POSTPAID",
      attributes: { tier: "gold" },
    };
    const id = uuidv7();
    const { status, body } = await client.post(path, { ...said, id: id.toUpperCase() });
    expect(status).toBe(200);
    const time = expect.stringMatching(/Z$/);
    expect(body).toEqual({
      customer: { ...said, id, state: "CUSTOMER_STATE_ACTIVE", createTime: time, updateTime: time },
    });
    for (const name of [id, "ann@EXAMPLE.com"]) {
      expect(await client.get(`${path}/${encodeURIComponent(name)}`)).toMatchObject({ status: 200, body });
    }
  });

  it("refuses an id or an email that is taken, and says which", async () => {
    const email = `CUSTOMER@${tenant.orgName}.example`;
    expect(await failureOf(customers().createCustomer({ ...organization(), email }))).toMatchObject({
      code: Code.AlreadyExists,
      reason: "ALREADY_EXISTS",
      metadata: { resource: "customer", field: "email", name: email },
    });
    const failure = await failureOf(customers().createCustomer({ ...organization(), id: tenant.billingId }));
    expect(failure.metadata).toMatchObject({ field: "id", name: tenant.billingId });
  });

  it("lets another organization have the same email and the same id", async () => {
    const other = await service.tenant();
    const asked = {
      organization: other.orgId,
      id: tenant.billingId,
      email: `customer@${tenant.orgName}.example`,
    };
    expect((await customers(other.writer).createCustomer(asked)).customer?.id).toBe(tenant.billingId);
    // Who names a billing account by its id alone still means the billing account.
    const { frontier } = connectClients(service.url, service.platform);
    const { billingAccount } = await frontier.getBillingAccount({ id: tenant.billingId });
    expect(billingAccount?.orgId).toBe(tenant.orgId);
  });

  it("makes no billing account for Frontier to infer, but one that it reads by id", async () => {
    const empty = await connectClients(service.url, service.platform).organizations.createOrganization({
      name: `${tenant.orgName}-empty`,
    });
    const orgId = empty.organization?.id ?? "";
    const { customers: platform, frontier } = connectClients(service.url, service.platform);
    const { customer } = await platform.createCustomer({ organization: orgId, name: "Native" });
    expect((await frontier.listBillingAccounts({ orgId })).billingAccounts).toEqual([]);
    expect((await failureOf(frontier.getBillingBalance({ orgId }))).code).toBe(Code.NotFound);
    const { billingAccount } = await frontier.getBillingAccount({ orgId, id: customer?.id ?? "" });
    expect(billingAccount?.name).toBe("Native");
  });

  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, "x"]));
  it.each([
    ["an id that is none", { id: "7" }, ["id"]],
    ["an email that is none", { email: "ann" }, ["email"]],
    ["a name that is too long", { name: "x".repeat(256) }, ["name"]],
    ["a billing type that there is not", { billingType: 9 as BillingType }, ["billingType"]],
    ["too many attributes", { attributes: attributes(101) }, ["attributes"]],
    ["an attribute without a name", { attributes: { "": "x" } }, ["attributes"]],
    ["an attribute with too long a name", { attributes: { ["n".repeat(1_025)]: "x" } }, ["attributes"]],
    ["an attribute with too long a value", { attributes: { a: "x".repeat(2_049) } }, ["attributes.a"]],
    ["a NUL", { attributes: { a: "\0" } }, ["attributes.a"]],
  ])("refuses %s", async (_what, asked, fields) => {
    const failure = await failureOf(customers().createCustomer({ ...organization(), ...asked }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("keeps a hundred attributes", async () => {
    const { customer } = await customers().createCustomer({ ...organization(), attributes: attributes(100) });
    expect(Object.keys(customer?.attributes ?? {})).toHaveLength(100);
    const change = { ...organization(), customer: customer?.id ?? "", attributes: { more: "x" } };
    expect(faultyFields(await failureOf(customers().updateCustomer(change)))).toEqual(["attributes"]);
    const swapped = await customers().updateCustomer({ ...change, attributes: { more: "x", a0: "" } });
    expect(Object.keys(swapped.customer?.attributes ?? {})).toHaveLength(100);
  });
});

describe("UpdateCustomer", () => {
  it("changes what is set and leaves the rest, over REST", async () => {
    const asked = {
      ...organization(),
      name: "Ann",
      email: "ann@example.com",
      attributes: { a: "1", b: "2" },
    };
    const { customer } = await customers().createCustomer(asked);
    const path = `/tallystick/v1/organizations/${tenant.orgId}/customers/${customer?.id}`;
    const client = restClient(service.url, tenant.writer);
    const { body } = await client.patch(path, { name: "Anna", attributes: { b: "", c: "3" } });
    expect(body).toMatchObject({
      customer: { name: "Anna", email: "ann@example.com", attributes: { a: "1", c: "3" } },
    });
    const postpaid = await client.patch(path, { billingType: "BILLING_TYPE_POSTPAID", email: "" });
    expect(postpaid.body).toMatchObject({ customer: { name: "Anna", billingType: "BILLING_TYPE_POSTPAID" } });
    expect(JSON.stringify(postpaid.body)).not.toContain("ann@example.com");
  });

  it("finds the customer by email, and refuses one that is taken", async () => {
    const { customer } = await customers().createCustomer({ ...organization(), email: "ann@example.com" });
    const change = { ...organization(), customer: "ANN@example.com" };
    const taken = customers().updateCustomer({ ...change, email: `customer@${tenant.orgName}.example` });
    expect((await failureOf(taken)).metadata).toMatchObject({ resource: "customer", field: "email" });
    const renamed = await customers().updateCustomer({ ...change, email: "ann@new.example" });
    expect(renamed.customer).toMatchObject({ id: customer?.id, email: "ann@new.example" });
    expect((await failureOf(customers().getCustomer(change))).code).toBe(Code.NotFound);
  });

  it("loses no attribute when many are set at once", async () => {
    const set = (n: number) =>
      customers().updateCustomer({
        ...organization(),
        customer: tenant.billingId,
        attributes: { [`a${n}`]: String(n) },
      });
    await Promise.all(Array.from({ length: 10 }, (_, n) => set(n)));
    const { customer } = await customers().getCustomer({ ...organization(), customer: tenant.billingId });
    expect(Object.keys(customer?.attributes ?? {})).toHaveLength(10);
  });

  it("refuses a customer that there is not, and fields that do not fit", async () => {
    const unknown = customers().updateCustomer({ ...organization(), customer: uuidv7() });
    expect(await failureOf(unknown)).toMatchObject({
      code: Code.NotFound,
      metadata: { resource: "customer" },
    });
    const wrong = { ...organization(), customer: "", name: "x".repeat(256), email: "x" };
    expect(faultyFields(await failureOf(customers().updateCustomer(wrong)))).toEqual([
      "customer",
      "name",
      "email",
    ]);
  });
});

describe("ListCustomers", () => {
  it("pages through all of them, oldest first, billing accounts too", async () => {
    const made = [tenant.billingId];
    for (let n = 0; n < 4; n += 1) {
      made.push((await customers().createCustomer(organization())).customer?.id ?? "");
    }
    const listed = await allPages(async (pageToken) => {
      const page = await customers(tenant.reader).listCustomers({
        ...organization(),
        pageSize: 2,
        pageToken,
      });
      return { rows: page.customers, nextPageToken: page.nextPageToken };
    });
    expect(listed.map(({ id }) => id)).toEqual(made);
  });

  it("refuses what is no page", async () => {
    const wrong = customers().listCustomers({ ...organization(), pageSize: -1, pageToken: "x" });
    expect(faultyFields(await failureOf(wrong))).toEqual(["pageSize", "pageToken"]);
  });
});

it("a reader reads and writes nothing; another organization's admin does neither", async () => {
  const other = await service.tenant();
  const named = { ...organization(), customer: tenant.billingId };
  expect((await customers(tenant.reader).getCustomer(named)).customer?.id).toBe(tenant.billingId);
  const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).code;
  expect(await codeOf(customers(tenant.reader).createCustomer(organization()))).toBe(Code.PermissionDenied);
  expect(await codeOf(customers(tenant.reader).updateCustomer(named))).toBe(Code.PermissionDenied);
  expect(await codeOf(customers(other.admin).getCustomer(named))).toBe(Code.PermissionDenied);
  expect(await codeOf(customers(other.admin).listCustomers(organization()))).toBe(Code.PermissionDenied);
  const elsewhere = { organization: other.orgId, customer: tenant.billingId };
  expect(await codeOf(customers(other.admin).getCustomer(elsewhere))).toBe(Code.NotFound);
});

it("tells what a mistyped verb may mean, and finds whoever has a name like it", async () => {
  const client = restClient(service.url, tenant.writer);
  const customers = `/tallystick/v1/organizations/${tenant.orgName}/customers`;
  await client.post(customers, { email: "ann@example.com" });
  const hint = `; did you mean ${customers}/ann@example.com:disable?`;
  expect(await client.post(`${customers}/ann@example.com:disabel`, {})).toMatchObject({
    status: 405,
    body: { message: `this path takes DELETE, GET, HEAD, PATCH${hint}` },
  });
  const name = "ann@example.com:disabel";
  expect(await client.get(`${customers}/${name}`)).toMatchObject({
    status: 404,
    body: { message: `customer ${name} was not found${hint}`, details: [{ metadata: { name } }, {}] },
  });
  // A colon is nothing strange in a name, and far from every verb there is nothing to suggest.
  expect((await client.get(`${customers}/bob:x@example.com`)).body).toMatchObject({
    message: "customer bob:x@example.com was not found",
  });
  await client.post(customers, { email: name });
  expect(await client.get(`${customers}/${name}`)).toMatchObject({
    status: 200,
    body: { customer: { email: name } },
  });
});

describe("SearchCustomers", () => {
  const search = async (query: string, maxResults = 0) =>
    customers(tenant.reader).searchCustomers({ ...organization(), query, maxResults });
  const found = async (query: string) =>
    (await search(query)).matches.map(({ customer, kind, text }) => [
      customer?.name,
      CustomerMatchKind[kind],
      text,
    ]);

  it("finds each customer once, by the beginning of an id, an email, a name, and what it was called before", async () => {
    const ids = ["0a000000-0000-7000-8000-00000000000a", "0b000000-0000-7000-8000-00000000000b"] as const;
    await customers().createCustomer({ ...organization(), id: ids[0], name: "Ann", email: "Ann@x.example" });
    await customers().createCustomer({
      ...organization(),
      id: ids[1],
      name: "ANTON",
      email: "bee@x.example",
    });
    await customers().createCustomer({ ...organization(), name: "Zoë", email: "old@x.example" });
    await customers().updateCustomer({
      ...organization(),
      customer: "old@x.example",
      email: "new@x.example",
    });
    expect(await found("an")).toEqual([
      ["Ann", "EMAIL", "ann@x.example"],
      ["ANTON", "NAME", "ANTON"],
    ]);
    expect(await found(" AN ")).toEqual(await found("an"));
    expect(await found("0B0000")).toEqual([["ANTON", "ID", ids[1]]]);
    expect(await found(ids[0].slice(0, 13))).toEqual([["Ann", "ID", ids[0]]]);
    expect(await found("OLD@")).toEqual([["Zoë", "FORMER", "old@x.example"]]);
    expect(await found("Zoe\u0308")).toEqual([["Zoë", "NAME", "Zoë"]]);
    expect(await found("nn")).toEqual([]);
    expect(await found("%")).toEqual([]);
  });

  it("tells whether there are more than are asked for, and finds none that is deleted", async () => {
    for (const n of [1, 2, 3])
      await customers().createCustomer({ ...organization(), email: `many${n}@x.example` });
    const texts = async (max: number) => {
      const { matches, hasMore } = await search("many", max);
      return [matches.map(({ text }) => text.slice(0, 5)), hasMore];
    };
    expect(await texts(2)).toEqual([["many1", "many2"], true]);
    expect(await texts(3)).toEqual([["many1", "many2", "many3"], false]);
    await customers(tenant.admin).deleteCustomer({ ...organization(), customer: "many2@x.example" });
    expect(await texts(0)).toEqual([["many1", "many3"], false]);
  });

  it("refuses nothing to look for, and fewer than one", async () => {
    expect(faultyFields(await failureOf(search("  ", -1)))).toEqual(["query", "maxResults"]);
  });
});
