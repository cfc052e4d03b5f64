import { restClient } from "../support/rest.ts";
import { withSql } from "../support/sql.ts";
import { createCompany, createDeveloper, forbidden, invalid, missing } from "./edge-client.ts";
import { ann, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

const developer = (id: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ approxTaxRate: 0, billingType: "PREPAID", email: ann, id, isCompany: false },
  customAttributes: [{ name: "MINT_BILLING_TYPE", value: "PREPAID" }],
  ...{ legalName: "Ann Lee", name: "Ann Lee", organization: { id: tenant.orgName }, status: "ACTIVE" },
  ...{ type: "UNTRUSTED", ...fields },
});

describe("GET developers", () => {
  it("answers one by email or id", async () => {
    const id = await createDeveloper(service, tenant, { email: ann });
    for (const name of [ann, "ANN@example.com", id]) {
      expect(await edge.get(`/developers/${name}`)).toMatchObject({ status: 200 });
      expect((await edge.get(`/developers/${name}`)).body).toEqual(developer(id));
    }
    expect(await edge.get("/developers/nobody@example.com")).toMatchObject({
      status: 404,
      body: missing("customer", "nobody@example.com"),
    });
  });

  it("lists them in the order of their emails, with those that other faces made", async () => {
    await createDeveloper(service, tenant, { email: "zoe@example.com" });
    await createDeveloper(service, tenant, { email: ann });
    const emails = async (query: string) => {
      const { body } = await edge.get(`/developers?${query}`);
      return (body as { developer: { email: string }[] }).developer.map(({ email }) => email);
    };
    const frontier = `customer@${tenant.orgName}.example`;
    expect(await emails("")).toEqual([ann, frontier, "zoe@example.com"]);
    expect(await emails("size=1&page=2")).toEqual([frontier]);
    expect(await emails("all=true")).toHaveLength(3);
    expect((await edge.get("/developers?size=1")).body).toMatchObject({ totalRecords: 3 });
    expect(await edge.get("/developers?size=1001")).toMatchObject({
      status: 400,
      body: invalid(["size", "must be 0 to 1000"]),
    });
  });

  it("refuses to answer all at once where they are too many", async () => {
    await withSql(
      service.databaseUrl,
      (sql) => sql`insert into customers (org_id, id, email, email_key)
        select ${tenant.orgId}, gen_random_uuid(), n || '@many.example', n || '@many.example' from generate_series(1, 10001) n`,
    );
    expect(await edge.get("/developers?all=true")).toMatchObject({
      status: 429,
      body: {
        code: "mint.resultTooLarge",
        message: "there are 10002 records, and at most 10000 fit an answer; ask with size and page",
        contexts: [{ name: "rows_max", value: "10000" }],
      },
    });
    expect((await edge.get("/developers?size=1000&page=11")).body).toMatchObject({ totalRecords: 10_002 });
  });

  it("is for readers of the organization", async () => {
    expect((await edge.get("/developers", { as: tenant.reader })).status).toBe(200);
    const other = await service.tenant();
    for (const path of [
      "/developers",
      `/developers/${ann}`,
      "/companies",
      "/companies/x",
      "/suspended-developers",
    ]) {
      expect(await edge.get(path, { as: other.admin })).toMatchObject({ status: 403, body: forbidden });
    }
  });
});

describe("MINT_BILLING_TYPE", () => {
  it("says how a developer pays, whichever interface said so last", async () => {
    const id = await createDeveloper(service, tenant, { email: ann });
    const management = restClient(service.url, tenant.admin);
    const developers = `/v1/organizations/${tenant.orgName}/developers/${ann}`;
    const billingType = async () => (await edge.get(`/developers/${ann}`)).body;
    const attributes = (value: string) => ({ customAttributes: [{ name: "MINT_BILLING_TYPE", value }] });

    await management.post(`${developers}/attributes/MINT_BILLING_TYPE`, { value: "POSTPAID" });
    expect(await billingType()).toEqual(
      developer(id, { billingType: "POSTPAID", ...attributes("POSTPAID") }),
    );
    await management.put(`${developers}/monetizationConfig`, { billingType: "PREPAID" });
    expect(await billingType()).toEqual(developer(id, attributes("PREPAID")));
  });
});

describe("GET companies", () => {
  it("answers app groups by their names", async () => {
    expect(await edge.get("/companies")).toMatchObject({
      status: 200,
      text: '{"company":[],"totalRecords":0}',
    });
    await createCompany(service, tenant, "labs");
    await createCompany(service, tenant, "arts");
    const { status, body } = await edge.get("/companies/labs");
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ approxTaxRate: 0, billingType: "PREPAID", customAttributes: [], id: "labs", isCompany: true },
      ...{ legalName: "Acme Labs", name: "Acme Labs", organization: { id: tenant.orgName } },
      ...{ status: "ACTIVE", type: "UNTRUSTED" },
    });
    expect((await edge.get("/companies?size=1&page=2")).body).toEqual({ company: [body], totalRecords: 2 });
    expect(await edge.get("/companies/none")).toMatchObject({
      status: 404,
      body: missing("customer", "none", "company"),
    });
  });
});

describe("GET suspended-developers", () => {
  it("is an empty list: what goes beyond a limit is refused as it comes", async () => {
    expect(await edge.get("/suspended-developers", { as: tenant.reader })).toMatchObject({
      status: 200,
      text: "[]",
    });
  });
});

describe("suspended-developers/{id}", () => {
  it("is not there: nobody is suspended", async () => {
    await createDeveloper(service, tenant, { email: ann });
    expect(await edge.get(`/suspended-developers/${ann}`, { as: tenant.reader })).toMatchObject({
      status: 404,
      body: missing("suspension", `of ${ann}`),
    });
    expect(await edge.get("/suspended-developers/nobody@example.com")).toMatchObject({
      status: 404,
      body: missing("customer", "nobody@example.com"),
    });
  });

  it("can be unsuspended: afterwards it is not suspended, as before", async () => {
    const id = await createDeveloper(service, tenant, { email: ann });
    await createCompany(service, tenant, "labs");
    for (const named of [ann, id, "labs"]) {
      const answer = await edge.delete(`/suspended-developers/${named}`, { as: tenant.writer });
      expect(answer).toMatchObject({ status: 204, text: "" });
    }
    expect(await edge.delete("/suspended-developers/none")).toMatchObject({
      status: 404,
      body: missing("customer", "none", "developer or company"),
    });
    expect(await edge.delete(`/suspended-developers/${ann}`, { as: tenant.reader })).toMatchObject({
      status: 403,
      body: forbidden,
    });
  });
});

it("answers a path that there is not in Edge's words", async () => {
  expect(await edge.get("/nothing")).toMatchObject({
    status: 404,
    body: { code: "mint.noSuchResource", message: "there is nothing at this path", contexts: [] },
  });
});
