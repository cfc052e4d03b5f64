import { ledgerCalls } from "../native/ledger-calls.ts";
import { failureOf } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import {
  anId,
  createCompany,
  createDeveloper,
  forbidden,
  invalid,
  missing,
  notACurrency,
  plainCurrency,
  putCurrency,
} from "./edge-client.ts";
import { ann, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

const path = `/developers/${ann}/developer-credit-limit`;
const calls = () => ledgerCalls(service, tenant);
const inDollars = { customer: ann, currency: "USD" };
const available = async () => {
  const { ledger } = connectClients(service.url, tenant.reader);
  return (await ledger.getBalance({ organization: tenant.orgId, ...inDollars })).available;
};
const rows = (answer: { body: unknown }) =>
  (
    answer.body as {
      developerBalance: { amount: number; usage: number; supportedCurrency: { id: string } }[];
    }
  ).developerBalance;
const pay = (billingType: "PREPAID" | "POSTPAID") =>
  restClient(service.url, tenant.admin).put(
    `/v1/organizations/${tenant.orgName}/developers/${ann}/monetizationConfig`,
    { billingType },
  );

describe("POST developer-credit-limit", () => {
  it("sets what a postpaid developer may owe, and shows what it owes", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    const answer = await edge.post(`${path}?amount=1500&supportedCurrencyId=usd`);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{ amount: 1500, chargePerUsage: false, id: anId, isRecurring: false, usage: 0 },
      supportedCurrency: plainCurrency(tenant),
    });
    await calls().charge("76.6052", inDollars);
    expect((await edge.get(path)).text).toContain(`"usage":76.6052}`);
    expect(await available()).toBe("1423.3948");
    expect((await failureOf(calls().charge("1423.394800001", inDollars))).reason).toBe("INSUFFICIENT_FUNDS");
    await calls().charge("1423.3948", inDollars);
  });

  it("is absolute: the last one holds, below what is owed too", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    await edge.post(`${path}?amount=100&supportedCurrencyId=USD`);
    await edge.post(`${path}?amount=100&supportedCurrencyId=usd`);
    expect(await available()).toBe("100");
    await calls().charge("60", inDollars);
    expect(
      rows({
        body: { developerBalance: [(await edge.post(`${path}?amount=50&supportedCurrencyId=usd`)).body] },
      })[0],
    ).toMatchObject({ amount: 50, usage: 60 });
    expect(await available()).toBe("-10");
  });

  it("keeps every digit, and prints no exponent", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    const answer = await edge.post(`${path}?amount=9007199254740993.000000001&supportedCurrencyId=usd`);
    expect(answer.text).toContain('{"amount":9007199254740993.000000001,');
    const small = await edge.post(`${path}?amount=0.000000001&supportedCurrencyId=usd`);
    expect(small.text).toContain('{"amount":0.000000001,');
    const none = await edge.post(`${path}?amount=0&supportedCurrencyId=usd`);
    expect(none.text).toContain('{"amount":0.0000,');
  });

  it("waits where the developer is prepaid, until it is postpaid", async () => {
    await createDeveloper(service, tenant, { email: ann });
    const answer = await edge.post(`${path}?amount=100&supportedCurrencyId=usd`);
    expect(answer).toMatchObject({ status: 201, body: { amount: 100, usage: 0 } });
    expect(await available()).toBe("0");
    expect((await edge.get(path)).body).toMatchObject({ totalRecords: 1 });
    await pay("POSTPAID");
    expect(await available()).toBe("100");
    await calls().charge("10", inDollars);
    await pay("PREPAID");
    expect(await available()).toBe("-10");
  });

  it("takes the place of a limit that was set natively, and the other way round", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    const { ledger } = connectClients(service.url, tenant.admin);
    const native = { organization: tenant.orgId, ...inDollars };
    await ledger.setLimit({ ...native, minimumBalance: "-30" });
    expect(rows(await edge.get(path))).toMatchObject([{ amount: 30 }]);
    await edge.post(`${path}?amount=70&supportedCurrencyId=usd`);
    expect(await available()).toBe("70");
    await ledger.setLimit({ ...native, minimumBalance: "-20" });
    expect(rows(await edge.get(path))).toMatchObject([{ amount: 20 }]);
    await ledger.setLimit({ ...native, minimumBalance: "" });
    expect(rows(await edge.get(path))).toMatchObject([{ amount: 0 }]);
  });

  it("gives way to a native limit with an end, and holds again after it", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    await edge.post(`${path}?amount=70&supportedCurrencyId=usd`);
    const { ledger } = connectClients(service.url, tenant.admin);
    const seconds = BigInt(Math.floor(Date.now() / 1_000) + 3_600);
    await ledger.setLimit({
      ...{ organization: tenant.orgId, ...inDollars },
      ...{ minimumBalance: "-500", expireTime: { seconds, nanos: 0 } },
    });
    expect(await available()).toBe("500");
    await withSql(
      service.databaseUrl,
      (
        sql,
      ) => sql`update accounts set temporary_limits = '[{"minimum": "-500", "ends_at": "2020-01-01T00:00:00Z"}]'
        where org_id = ${tenant.orgId} and currency = 'USD'`,
    );
    expect(await available()).toBe("70");
  });

  it("is of one currency", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    await edge.post(`${path}?amount=5&supportedCurrencyId=eur`);
    expect(await available()).toBe("0");
  });

  it("never lets charges that come at once go beyond it", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    await edge.post(`${path}?amount=10&supportedCurrencyId=usd`);
    const charges = await Promise.allSettled(
      Array.from({ length: 30 }, () => calls().charge("1", inDollars)),
    );
    expect(charges.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    expect(rows(await edge.get(path))).toMatchObject([{ amount: 10, usage: 10 }]);
  });

  it.each([
    ["no amount", "supportedCurrencyId=usd", ["amount", "is required"]],
    ["no currency", "amount=1", ["supportedCurrencyId", "is required"]],
    [
      "a currency that there is not",
      "amount=1&supportedCurrencyId=xyz",
      ["supportedCurrencyId", notACurrency],
    ],
    ["parts of one", "amount=1.5&supportedCurrencyId=xyz", ["supportedCurrencyId", notACurrency]],
    ["a negative amount", "amount=-1&supportedCurrencyId=usd", ["amount", "must be 0 or more"]],
    [
      "an exponent",
      "amount=1e3&supportedCurrencyId=usd",
      ["amount", "is not a decimal number in plain digits, such as 12.5"],
    ],
    [
      "ten places",
      "amount=0.0000000001&supportedCurrencyId=usd",
      ["amount", "has more than 9 places after the point; nothing is rounded"],
    ],
    [
      "twenty digits",
      "amount=10000000000000000000&supportedCurrencyId=usd",
      ["amount", "has more than 19 digits before the point"],
    ],
  ] as const)("refuses %s", async (_what, query, violation) => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    expect(await edge.post(`${path}?${query}`)).toMatchObject({ status: 400, body: invalid(violation) });
  });

  it("finds no developer that there is not, and no other organization's", async () => {
    const answer = await edge.post(
      "/developers/nobody@example.com/developer-credit-limit?amount=1&supportedCurrencyId=usd",
    );
    expect(answer).toMatchObject({ status: 404, body: missing("customer", "nobody@example.com") });
    const other = await service.tenant();
    const id = await createDeveloper(service, other, { email: ann });
    expect((await edge.get(`/developers/${id}/developer-credit-limit`)).status).toBe(404);
  });

  it("is for admins", async () => {
    await createDeveloper(service, tenant, { email: ann });
    const asked = `${path}?amount=1&supportedCurrencyId=usd`;
    const other = await service.tenant();
    for (const as of [tenant.reader, tenant.writer, other.admin]) {
      expect(await edge.post(asked, { as })).toMatchObject({ status: 403, body: forbidden });
    }
    const nobody = { clientId: "nobody", clientSecret: "nothing" };
    const refused = await edge.post(asked, { as: nobody });
    expect(refused).toMatchObject({
      status: 401,
      body: {
        code: "mint.unauthenticated",
        message: "the credential is not known, has another secret, was revoked, or has expired",
        contexts: [],
      },
    });
    expect(refused.header.get("www-authenticate")).toBe(
      'Basic realm="tallystick", Bearer realm="tallystick"',
    );
  });

  it("is of a company too, by its name", async () => {
    await createCompany(service, tenant, "labs");
    const company = "/companies/labs/developer-credit-limit";
    const answer = await edge.post(`${company}?amount=12.5&supportedCurrencyId=usd`);
    expect(answer).toMatchObject({ status: 201, body: { amount: 12.5, usage: 0 } });
    expect((await edge.get(company)).body).toMatchObject({ totalRecords: 1 });
    expect((await edge.delete(`${company}?supportedCurrencyId=usd`)).status).toBe(204);
    expect(await edge.get("/companies/none/developer-credit-limit")).toMatchObject({
      status: 404,
      body: missing("customer", "none", "company"),
    });
  });
});

describe("the currency's credit limit", () => {
  it("is every postpaid developer's that has none of its own, from the moment on that it changes", async () => {
    await putCurrency(service, tenant, { code: "USD", creditLimit: "500" });
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    expect((await edge.get(path)).body).toMatchObject({
      developerBalance: [{ amount: 500, usage: 0, supportedCurrency: { id: "usd", creditLimit: 500 } }],
      totalRecords: 1,
    });
    await calls().charge("500", inDollars);
    const currency = { ...plainCurrency(tenant), creditLimit: 600 };
    expect((await edge.put("/supported-currencies/usd", { body: currency })).status).toBe(200);
    await calls().charge("100", inDollars);
    expect(rows(await edge.get(path))).toMatchObject([{ amount: 600, usage: 600 }]);
    await edge.post(`${path}?amount=601&supportedCurrencyId=usd`);
    await edge.put("/supported-currencies/usd", { body: { ...currency, creditLimit: 0 } });
    expect(rows(await edge.get(path))).toMatchObject([{ amount: 601, usage: 600 }]);
    await calls().charge("1", inDollars);
  });

  it("is nothing to a prepaid one", async () => {
    await putCurrency(service, tenant, { code: "USD", creditLimit: "500" });
    await createDeveloper(service, tenant, { email: ann });
    expect(await edge.get(path)).toMatchObject({
      status: 200,
      text: '{"developerBalance":[],"totalRecords":0}',
    });
    expect(await available()).toBe("0");
  });
});

describe("GET developer-credit-limit", () => {
  it("lists them by currency, in pages", async () => {
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    for (const id of ["usd", "eur", "chf"]) await edge.post(`${path}?amount=1&supportedCurrencyId=${id}`);
    const ids = async (query: string) =>
      rows(await edge.get(`${path}?${query}`)).map(({ supportedCurrency }) => supportedCurrency.id);
    expect(await ids("")).toEqual(["chf", "eur", "usd"]);
    expect(await ids("size=2")).toEqual(["chf", "eur"]);
    expect(await ids("size=2&page=2")).toEqual(["usd"]);
    expect(await ids("size=2&page=3")).toEqual([]);
    expect(await ids("size=1&page=3&all=true")).toEqual(["chf", "eur", "usd"]);
    expect((await edge.get(`${path}?size=2&page=2`)).body).toMatchObject({ totalRecords: 3 });
  });

  it.each([
    ["size=-1", ["size", "must be 0 to 1000"]],
    ["size=1001", ["size", "must be 0 to 1000"]],
    ["page=-1", ["page", "must be 1 or more"]],
    ["page=200000", ["page", "lies past the first 100000 records; narrow the listing"]],
    ["size=many", ["size", 'expected a whole number of 32 bits, got "many"']],
  ] as const)("refuses %s", async (query, violation) => {
    await createDeveloper(service, tenant, { email: ann });
    expect(await edge.get(`${path}?${query}`)).toMatchObject({ status: 400, body: invalid(violation) });
  });

  it("is for readers", async () => {
    await createDeveloper(service, tenant, { email: ann });
    expect((await edge.get(path, { as: tenant.reader })).status).toBe(200);
    const other = await service.tenant();
    expect(await edge.get(path, { as: other.admin })).toMatchObject({ status: 403, body: forbidden });
  });

  it("takes the developer's email in any case and escape, and its id", async () => {
    const email = "a+b@example.com";
    const id = await createDeveloper(service, tenant, { email, billingType: "POSTPAID" });
    for (const name of [email, "A+B@Example.com", "a%2Bb%40example.com", id]) {
      expect((await edge.get(`/developers/${name}/developer-credit-limit`)).status).toBe(200);
    }
  });
});

describe("DELETE developer-credit-limit", () => {
  it("clears the developer's own, so that the currency's holds again", async () => {
    await putCurrency(service, tenant, { code: "USD", creditLimit: "500" });
    await createDeveloper(service, tenant, { email: ann, billingType: "POSTPAID" });
    await edge.post(`${path}?amount=5&supportedCurrencyId=usd`);
    expect(await available()).toBe("5");
    const answer = await edge.delete(`${path}?supportedCurrencyId=usd`);
    expect(answer).toMatchObject({ status: 204, text: "" });
    expect(answer.header.get("content-type")).toBeNull();
    expect(await available()).toBe("500");
    const name = `of ${ann} in USD`;
    expect(await edge.delete(`${path}?supportedCurrencyId=usd`)).toMatchObject({
      status: 404,
      body: missing("credit limit", name),
    });
  });

  it("refuses a currency that there is not, and who is no admin", async () => {
    await createDeveloper(service, tenant, { email: ann });
    expect(await edge.delete(path)).toMatchObject({
      status: 400,
      body: invalid(["supportedCurrencyId", "is required"]),
    });
    expect(await edge.delete(`${path}?supportedCurrencyId=usd`, { as: tenant.writer })).toMatchObject({
      status: 403,
      body: forbidden,
    });
  });
});
