import { ledgerCalls } from "../native/ledger-calls.ts";
import { connectClients } from "../support/service.ts";
import { createDeveloper, forbidden, invalid, missing, putCurrency } from "./edge-client.ts";
import { eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

const path = "/supported-currencies";
const euro = () => ({
  ...{ name: "EUR", displayName: "Euro", description: "The euro", status: "ACTIVE", virtualCurrency: false },
  ...{ creditLimit: 5000, minimumTopupAmount: 20, organization: { id: tenant.orgName } },
});

describe("POST supported-currencies", () => {
  it("configures a currency", async () => {
    const answer = await edge.post(path, { body: euro() });
    expect(answer.status).toBe(201);
    expect(answer.text).toBe(
      '{"creditLimit":5000.0000,"description":"The euro","displayName":"Euro","id":"eur","minimumTopupAmount":20.0000,' +
        `"name":"EUR","organization":{"id":"${tenant.orgName}"},"status":"ACTIVE","virtualCurrency":false}`,
    );
    expect((await edge.get(`${path}/eur`)).text).toBe(answer.text);
    expect((await edge.get(`${path}/EUR`)).text).toBe(answer.text);
    const { currencies } = connectClients(service.url, tenant.reader);
    expect(
      (await currencies.getCurrency({ organization: tenant.orgId, code: "EUR" })).currency,
    ).toMatchObject({
      ...{ code: "EUR", displayName: "Euro", creditLimit: "5000", minimumTopUp: "20", decimalPlaces: 9 },
    });
  });

  it("needs a name only", async () => {
    const answer = await edge.post(path, { body: { name: "usd" } });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{ description: "USD", displayName: "USD", id: "usd", name: "USD" },
      ...{ organization: { id: tenant.orgName }, status: "ACTIVE", virtualCurrency: false },
    });
  });

  it("reads numbers exactly, however they are written", async () => {
    const body = '{"name":"USD","creditLimit":9007199254740993.000000001,"minimumTopupAmount":1.5e1}';
    const answer = await edge.post(path, { body });
    expect(answer.text).toContain('"creditLimit":9007199254740993.000000001,');
    expect(answer.text).toContain('"minimumTopupAmount":15.0000,');
    const text = await edge.post(path, { body: { name: "CHF", creditLimit: "12.50" } });
    expect(text.text).toContain('"creditLimit":12.5000,');
  });

  it("makes a virtual one too", async () => {
    const body = { ...euro(), name: "POINTS", displayName: "Points", virtualCurrency: true, creditLimit: 3 };
    expect((await edge.post(path, { body })).body).toMatchObject({ id: "points", virtualCurrency: true });
  });

  it("refuses one that there is, whoever asks first", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => edge.post(path, { body: euro() })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect((await edge.post(path, { body: { name: "eur" } })).body).toEqual({
      code: "mint.alreadyExists",
      message: "another currency has the name EUR",
      contexts: [
        { name: "resource", value: "currency" },
        { name: "field", value: "name" },
        { name: "name", value: "EUR" },
      ],
    });
  });

  it.each([
    ["no name", {}, ["name", expect.stringContaining("ISO 4217")]],
    ["a name that is no money", { name: "EURO" }, ["name", expect.stringContaining("ISO 4217")]],
    ["another status", { name: "EUR", status: "OPEN" }, ["status", "must be ACTIVE or INACTIVE"]],
    ["a negative limit", { name: "EUR", creditLimit: -1 }, ["creditLimit", "must be 0 or more"]],
    [
      "another organization",
      { name: "EUR", organization: { id: "x" } },
      ["organization.id", expect.any(String)],
    ],
    ["another id", { name: "EUR", id: "usd" }, ["id", "is another one than the name"]],
    [
      "a number of ten places",
      { name: "EUR", minimumTopupAmount: 1e-10 },
      ["minimumTopupAmount", "has more than 9 places after the point; nothing is rounded"],
    ],
    ["text for a boolean", { name: "EUR", virtualCurrency: "yes" }, ["virtualCurrency", expect.any(String)]],
    [
      "a boolean for a number",
      { name: "EUR", creditLimit: true },
      ["creditLimit", "expected a decimal number, got true"],
    ],
  ] as const)("refuses %s", async (_what, body, [name, description]) => {
    const answer = await edge.post(path, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: "mint.invalidFields",
      contexts: [{ name, value: description }],
    });
  });

  it("refuses no body, and a body that is no JSON", async () => {
    expect(await edge.post(path)).toMatchObject({
      status: 400,
      body: invalid(["the body", "is required"]),
    });
    expect(await edge.post(path, { body: "{" })).toMatchObject({
      status: 400,
      body: {
        code: "mint.malformedJson",
        contexts: [
          { name: "line", value: "1" },
          { name: "column", value: "2" },
        ],
      },
    });
  });

  it("ignores what it does not know", async () => {
    expect((await edge.post(path, { body: { ...euro(), minimumRecurringAmount: 5 } })).status).toBe(201);
  });
});

describe("GET supported-currencies", () => {
  it("lists them in the order of their ids, in pages", async () => {
    expect(await edge.get(path)).toMatchObject({
      status: 200,
      text: '{"supportedCurrency":[],"totalRecords":0}',
    });
    for (const code of ["USD", "EUR", "CHF"]) await putCurrency(service, tenant, { code });
    const ids = async (query: string) => {
      const { body } = await edge.get(`${path}?${query}`);
      const { supportedCurrency } = body as { supportedCurrency: { id: string }[] };
      return supportedCurrency.map(({ id }) => id);
    };
    expect(await ids("")).toEqual(["chf", "eur", "usd"]);
    expect(await ids("size=1&page=2")).toEqual(["eur"]);
    expect(await ids("all=true&size=1&page=2")).toEqual(["chf", "eur", "usd"]);
    expect((await edge.get(`${path}?size=1`)).text).toMatch(
      /^\{"supportedCurrency":\[.*\],"totalRecords":3\}$/,
    );
  });

  it("answers one that there is not with its name", async () => {
    expect(await edge.get(`${path}/jpy`)).toMatchObject({ status: 404, body: missing("currency", "jpy") });
  });
});

describe("PUT supported-currencies", () => {
  it("replaces one, and what is optional is gone where it is left out", async () => {
    await edge.post(path, { body: euro() });
    const { creditLimit: _, minimumTopupAmount: __, ...required } = euro();
    const answer = await edge.put(`${path}/eur`, { body: { ...required, status: "INACTIVE" } });
    expect(answer).toMatchObject({ status: 200, body: { id: "eur", ...required, status: "INACTIVE" } });
    expect(answer.body).not.toHaveProperty("creditLimit");
    const topUp = await edge.post(`/developers/customer@${tenant.orgName}.example/developer-balances`, {
      body: { amount: 50, supportedCurrency: { id: "eur" } },
    });
    expect(topUp.status).toBe(400);
  });

  it("wants every property", async () => {
    await edge.post(path, { body: euro() });
    expect(await edge.put(`${path}/eur`, { body: { name: "EUR" } })).toMatchObject({
      status: 400,
      body: invalid(
        ["virtualCurrency", "is required"],
        ["displayName", "is required"],
        ["description", "is required"],
        ["status", "must be ACTIVE or INACTIVE"],
      ),
    });
  });

  it("never changes the name, and makes none", async () => {
    await edge.post(path, { body: euro() });
    const renamed = await edge.put(`${path}/eur`, { body: { ...euro(), name: "USD" } });
    expect(renamed).toMatchObject({
      status: 400,
      body: invalid(["name", "must be EUR, which cannot be changed"]),
    });
    const absent = await edge.put(`${path}/usd`, { body: { ...euro(), name: "USD" } });
    expect(absent).toMatchObject({ status: 404, body: missing("currency", "usd") });
  });
});

describe("DELETE supported-currencies", () => {
  it("deletes one that nobody uses", async () => {
    await edge.post(path, { body: euro() });
    expect(await edge.delete(`${path}/eur`)).toMatchObject({ status: 204, text: "" });
    expect(await edge.delete(`${path}/eur`)).toMatchObject({ status: 404, body: missing("currency", "eur") });
  });

  it("refuses one in which a developer has a balance", async () => {
    await edge.post(path, { body: euro() });
    await createDeveloper(service, tenant, { email: "ann@example.com" });
    await ledgerCalls(service, tenant).credit("1", { customer: "ann@example.com", currency: "EUR" });
    expect(await edge.delete(`${path}/EUR`)).toMatchObject({
      status: 400,
      body: {
        code: "mint.currencyInUse",
        message: "there are accounts in EUR; make it inactive instead",
        contexts: [{ name: "currency", value: "EUR" }],
      },
    });
  });
});

it("only an admin changes them, and readers see them", async () => {
  await edge.post(path, { body: euro() });
  const other = await service.tenant();
  for (const as of [tenant.reader, tenant.writer, other.admin]) {
    for (const call of [
      edge.post(path, { as, body: euro() }),
      edge.put(`${path}/eur`, { as, body: euro() }),
      edge.delete(`${path}/eur`, { as }),
    ]) {
      expect(await call).toMatchObject({ status: 403, body: forbidden });
    }
  }
  expect((await edge.get(path, { as: tenant.reader })).status).toBe(200);
  expect((await edge.get(`${path}/eur`, { as: other.admin })).status).toBe(403);
});
