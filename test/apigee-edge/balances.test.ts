import { ledgerCalls } from "../native/ledger-calls.ts";
import { asReplica, earlier } from "../support/replica.ts";
import type { Tenant } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import {
  anId,
  aTime,
  createCompany,
  createDeveloper,
  forbidden,
  invalid,
  missing,
  notACurrency,
  notUsable,
  plainCurrency,
  putCurrency,
  refusedFor,
  tooManyPlaces,
} from "./edge-client.ts";
import { ann, annId, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const path = `/developers/${ann}/developer-balances`;
const calls = () => ledgerCalls(service, tenant);
const inDollars = { customer: ann, currency: "USD" };
const topUp = (
  amount: unknown,
  request: { as?: Tenant["admin"]; header?: Record<string, string>; id?: string } = {},
) => {
  const { id = "usd", ...rest } = request;
  return edge.post(path, { ...rest, body: { amount, supportedCurrency: { id } } });
};
const keyed = (key: string) => ({ header: { "idempotency-key": key } });

/** Moves all that was booked so far so many months into the past, behind the service's back. */
const age = (months: number) =>
  withSql(service.databaseUrl, (sql) =>
    asReplica(sql, (replica) => {
      const moved = ["created_at", "from_at", "to_at"].map(
        (name) => `${name} = ${earlier(name, "$2::interval")}`,
      );
      return replica.unsafe(`update operations set ${moved.join(", ")} where org_id = $1`, [
        tenant.orgId,
        `${months} months`,
      ]);
    }),
  );

describe("POST developer-balances", () => {
  it("adds to the balance, and answers it with the transaction", async () => {
    const answer = await topUp(250.75);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...{ amount: 250.75, chargePerUsage: false, id: anId, isRecurring: false, usage: 0 },
      supportedCurrency: plainCurrency(tenant),
      transaction: {
        ...{
          currency: "USD",
          id: anId,
          isVirtualCurrency: false,
          rate: 250.75,
          status: "SUCCESS",
          type: "BALANCE",
        },
        developer: { id: annId, email: ann, name: "Ann Lee", isCompany: false },
        ...{ startTime: aTime, endTime: aTime, utcStartTime: aTime, utcEndTime: aTime },
      },
    });
    expect(answer.text).toMatch(/^\{"amount":250\.7500,/);
    expect((await topUp("0.1")).text).toMatch(/^\{"amount":250\.8500,/);
    expect((await calls().ledger.getBalance({ organization: tenant.orgId, ...inDollars })).posted).toBe(
      "250.85",
    );
  });

  it("adds exactly what was written, where a double would not", async () => {
    const body = '{"amount":9007199254740993.000000001,"supportedCurrency":{"id":"USD"}}';
    expect((await edge.post(path, { body })).text).toMatch(/^\{"amount":9007199254740993\.000000001,/);
    await edge.post(path, { body: '{"amount":0.1,"supportedCurrency":{"id":"USD"}}' });
    const sum = await edge.post(path, { body: '{"amount":0.2,"supportedCurrency":{"id":"USD"}}' });
    expect(sum.text).toMatch(/^\{"amount":9007199254740993\.300000001,/);
  });

  it("counts each call where there is no key", async () => {
    await Promise.all([topUp(1), topUp(1), topUp(1)]);
    expect((await edge.get(path)).body).toMatchObject({ developerBalance: [{ amount: 3 }] });
  });

  it("counts once what has one key, however often and at once it comes", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => topUp(20, keyed("order-7"))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const replayed = answers.filter(({ header }) => header.get("idempotency-replayed") === "true");
    expect(replayed).toHaveLength(4);
    const ids = answers.map(({ body }) => (body as { transaction: { id: string } }).transaction.id);
    expect(new Set(ids).size).toBe(1);
    await calls().charge("5", inDollars);
    const again = await topUp(20, keyed("order-7"));
    expect(again.body).toMatchObject({
      amount: 20,
      usage: 5,
      transaction: { rate: 20, providerTxId: "order-7" },
    });
  });

  it("refuses a key with another amount", async () => {
    const { body: first } = await topUp(20, keyed("order-8"));
    const { id } = (first as { transaction: { id: string } }).transaction;
    expect(await topUp(21, keyed("order-8"))).toMatchObject({
      status: 409,
      body: {
        code: "mint.keyConflict",
        message: '"order-8" exists with other content: amount differs',
        contexts: [
          { name: "transfer", value: id },
          { name: "key", value: "order-8" },
          { name: "differing", value: "amount" },
        ],
      },
    });
    expect((await edge.get(path)).body).toMatchObject({ developerBalance: [{ amount: 20 }] });
  });

  it("refuses less than the minimum of the currency", async () => {
    await putCurrency(service, tenant, { code: "USD", minimumTopUp: "20" });
    expect(await topUp(19.99)).toMatchObject({
      status: 400,
      body: refusedFor("topUpTooSmall", {
        metadata: { currency: "USD", minimum_top_up: "20", required: "19.99" },
        field: "amount",
        description: "must be 20 or more, the minimum top-up in USD",
      }),
    });
    expect((await topUp(20)).status).toBe(200);
  });

  it("pays down what a postpaid developer owes", async () => {
    await createDeveloper(service, tenant, { email: "bob@example.com", billingType: "POSTPAID" });
    await edge.post("/developers/bob@example.com/developer-credit-limit?amount=100&supportedCurrencyId=usd");
    await calls().charge("40", { customer: "bob@example.com", currency: "USD" });
    const paid = await edge.post("/developers/bob@example.com/developer-balances", {
      body: { amount: 30, supportedCurrency: { id: "usd" } },
    });
    expect(paid).toMatchObject({ status: 200, body: { amount: 100, usage: 10, transaction: { rate: 30 } } });
  });

  it.each([
    [
      "nothing",
      {},
      [
        ["supportedCurrency.id", "is required"],
        ["amount", "is required"],
      ],
    ],
    ["zero", { amount: 0, supportedCurrency: { id: "usd" } }, [["amount", "must be above 0"]]],
    [
      "a number of more digits than there are",
      '{"amount": 1e400, "supportedCurrency": {"id": "usd"}}',
      [["amount", "has more digits than fit: 19 before the point, 9 after it, none of them rounded"]],
    ],
    ["a negative amount", { amount: -5, supportedCurrency: { id: "usd" } }, [["amount", "must be above 0"]]],
    [
      "what is no currency's code",
      { amount: 5, supportedCurrency: { id: "$" } },
      [["supportedCurrency.id", notACurrency]],
    ],
  ] as const)("refuses %s", async (_what, body, violations) => {
    expect(await edge.post(path, { body })).toMatchObject({ status: 400, body: invalid(...violations) });
  });

  it("refuses a strange currency, and half a credit", async () => {
    const strange = notUsable("supportedCurrency.id", "XYZ");
    expect(await topUp(5, { id: "xyz" })).toMatchObject({ status: 400, body: strange });
    const half = tooManyPlaces("amount", "0.5", { currency: "VC", places: 0 });
    expect(await topUp(0.5, { id: "vc" })).toMatchObject({ status: 400, body: half });
  });

  it("refuses a key that is too long or empty, and a developer that there is not", async () => {
    expect(await topUp(1, keyed("k".repeat(256)))).toMatchObject({
      status: 400,
      body: invalid(["idempotency-key", "has 256 characters; at most 255 fit"]),
    });
    expect(await topUp(1, keyed(""))).toMatchObject({
      status: 400,
      body: invalid(["idempotency-key", "is empty; give a key, or leave the header out"]),
    });
    expect((await edge.get(path)).body).toMatchObject({ totalRecords: 0 });
    const body = { amount: 1, supportedCurrency: { id: "usd" } };
    expect(await edge.post("/developers/nobody@example.com/developer-balances", { body })).toMatchObject({
      status: 404,
      body: missing("customer", "nobody@example.com"),
    });
  });

  it("is for writers", async () => {
    expect((await topUp(1, { as: tenant.writer })).status).toBe(200);
    expect(await topUp(1, { as: tenant.reader })).toMatchObject({ status: 403, body: forbidden });
  });

  it("is of a company too", async () => {
    await createCompany(service, tenant, "labs");
    const company = "/companies/labs/developer-balances";
    const body = { amount: 5, supportedCurrency: { id: "usd" } };
    expect(await edge.post(company, { body })).toMatchObject({ status: 200, body: { amount: 5 } });
    expect((await edge.get(company)).body).toMatchObject({
      developerBalance: [{ amount: 5 }],
      totalRecords: 1,
    });
  });
});

describe("GET developer-balances", () => {
  it("has an empty list for who never had anything", async () => {
    expect(await edge.get(path)).toMatchObject({
      status: 200,
      text: '{"developerBalance":[],"totalRecords":0}',
    });
  });

  it("shows what was spent this month, so that amount - usage is what is left", async () => {
    await topUp(100);
    await calls().charge("30", inDollars);
    expect((await edge.get(path)).body).toMatchObject({ developerBalance: [{ amount: 100, usage: 30 }] });
    await age(1);
    expect((await edge.get(path)).body).toMatchObject({ developerBalance: [{ amount: 70, usage: 0 }] });
    await calls().charge("7.5", inDollars);
    await topUp(2);
    expect((await edge.get(path)).body).toMatchObject({ developerBalance: [{ amount: 72, usage: 7.5 }] });
  });

  it("lists by currency, in pages, or one of them", async () => {
    for (const id of ["usd", "eur", "chf"]) await topUp(1, { id });
    const ids = async (query: string) => {
      const { body } = await edge.get(`${path}?${query}`);
      const { developerBalance } = body as { developerBalance: { supportedCurrency: { id: string } }[] };
      return developerBalance.map(({ supportedCurrency }) => supportedCurrency.id);
    };
    expect(await ids("all=true")).toEqual(["chf", "eur", "usd"]);
    expect(await ids("size=2&page=2")).toEqual(["usd"]);
    expect(await ids("currencyId=EUR")).toEqual(["eur"]);
    expect(await ids("currencyId=jpy")).toEqual([]);
    expect(await edge.get(`${path}?currencyId=xyz`)).toMatchObject({
      status: 400,
      body: invalid(["currencyId", notACurrency]),
    });
  });

  it("lists nothing of a currency that the organization has not configured", async () => {
    await putCurrency(service, tenant, { code: "USD" });
    await topUp(1);
    const empty = { developerBalance: [], totalRecords: 0 };
    expect(await edge.get(`${path}?currencyId=eur`)).toMatchObject({ status: 200, body: empty });
    const month = "billingMonth=APRIL&billingYear=2024&supportedCurrencyId=eur";
    const monthly = `/developers/${ann}/prepaid-developer-balance?${month}`;
    expect(await edge.get(monthly)).toMatchObject({ status: 200, body: empty });
    expect((await edge.get(`${path}?currencyId=xyz`)).status).toBe(400);
  });

  it("answers who is not there, and who may not, with that", async () => {
    expect(await edge.get("/developers/nobody@example.com/developer-balances")).toMatchObject({
      status: 404,
      body: missing("customer", "nobody@example.com"),
    });
    const other = await service.tenant();
    expect(await edge.get(path, { as: other.reader })).toMatchObject({ status: 403, body: forbidden });
  });
});

describe("GET prepaid-developer-balance", () => {
  const monthly = `/developers/${ann}/prepaid-developer-balance`;
  const nameOfMonth = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });
  const monthsAgo = (months: number) => {
    const now = new Date();
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months));
    return { month: nameOfMonth.format(start).toUpperCase(), year: start.getUTCFullYear() };
  };
  const report = (months: number, more = "") => {
    const { month, year } = monthsAgo(months);
    return edge.get(`${monthly}?billingMonth=${month}&billingYear=${year}${more}`);
  };

  it("reports a month: what it began with, what came in and what was spent", async () => {
    await topUp(20);
    await age(1);
    await topUp(100);
    await calls().charge("40", inDollars);
    const { status, text, body } = await report(0);
    expect(status).toBe(200);
    expect(text).toContain('"topups":100.0000,');
    // Edge's PHP client throws on a decimal here.
    expect(text).toContain('"approxTaxRate":0,');
    expect(body).toEqual({
      developerBalance: [
        {
          ...{ approxTaxRate: 0, currentBalance: 80, currentTotalBalance: 120, currentUsage: 40, id: anId },
          ...{
            previousBalance: 20,
            supportedCurrency: plainCurrency(tenant),
            tax: 0,
            topups: 100,
            usage: 40,
          },
          ...monthsAgo(0),
        },
      ],
      totalRecords: 1,
    });
    expect((await report(1)).body).toMatchObject({
      developerBalance: [{ previousBalance: 0, topups: 20, currentUsage: 0, currentBalance: 20 }],
    });
    expect((await report(2)).body).toMatchObject({
      developerBalance: [{ previousBalance: 0, topups: 0, currentBalance: 0 }],
    });
  });

  it("shows a top-up at once, exactly", async () => {
    await topUp("100.000000001");
    expect((await report(0)).text).toContain('"topups":100.000000001,');
    await topUp("0.2");
    expect((await report(0)).text).toContain('"topups":100.200000001,');
  });

  it("is of one currency where one is named", async () => {
    await topUp(1);
    await topUp(2, { id: "eur" });
    expect((await report(0, "&supportedCurrencyId=eur")).body).toMatchObject({
      developerBalance: [{ topups: 2 }],
      totalRecords: 1,
    });
    expect((await report(0, "&supportedCurrencyId=jpy")).text).toBe(
      '{"developerBalance":[],"totalRecords":0}',
    );
  });

  it("wants a month", async () => {
    expect(await edge.get(monthly)).toMatchObject({
      status: 400,
      body: invalid(
        ["billingMonth", "must be JANUARY, FEBRUARY, … or DECEMBER"],
        ["billingYear", "must be 1970 to 9999"],
      ),
    });
    expect(await report(0, "&supportedCurrencyId=xyz")).toMatchObject({
      status: 400,
      body: invalid(["supportedCurrencyId", notACurrency]),
    });
  });
});
