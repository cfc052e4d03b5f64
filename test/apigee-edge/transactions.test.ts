import { ledgerCalls, transferIdOf } from "../native/ledger-calls.ts";
import {
  anId,
  aTime,
  createCompany,
  createDeveloper,
  type EdgeRequest,
  forbidden,
  invalid,
  missing,
  notACurrency,
  notUsable,
  tooManyPlaces,
} from "./edge-client.ts";
import { ann, annId, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const calls = () => ledgerCalls(service, tenant);
const inDollars = { customer: ann, currency: "USD" };
const balance = async () =>
  (await calls().ledger.getBalance({ organization: tenant.orgId, ...inDollars })).posted;
const queryOf = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;
const unknownId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

const creditFields = {
  ...{ billingMonth: "APRIL", billingYear: "2024", currencyId: "usd", developerId: ann },
  ...{ transactionAmount: "5", transactionNote: "sorry", productId: "maps" },
};
const credit = (fields: Readonly<Record<string, string>> = {}, request: EdgeRequest = {}) =>
  edge.post(
    `/monetization-packages/gold/rate-plans/plan-1/real-currency-credit-transactions?${queryOf({ ...creditFields, ...fields })}`,
    request,
  );
const refund = (fields: Readonly<Record<string, string>>, request: EdgeRequest = {}) =>
  edge.post(
    `/monetization-packages/gold/refund-transactions?${queryOf({ revenueType: "GROSS", transactionNote: "returned", ...fields })}`,
    request,
  );

describe("POST real-currency-credit-transactions", () => {
  it("lowers a prepaid developer's usage", async () => {
    await calls().credit("100", inDollars);
    await calls().charge("30", inDollars);
    const answer = await credit();
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{
        currency: "USD",
        developer: { id: annId, email: ann, name: "Ann Lee", isCompany: false },
        id: anId,
        notes: "sorry",
      },
      ...{
        isVirtualCurrency: false,
        pkgId: "gold",
        product: { id: "maps" },
        rate: 5,
        status: "SUCCESS",
        type: "CREDIT",
      },
      ...{ startTime: aTime, endTime: aTime, utcStartTime: aTime, utcEndTime: aTime },
    });
    expect(answer.text).toContain('"rate":5.0000,');
    expect((await edge.get(`/developers/${ann}/developer-balances`)).body).toMatchObject({
      developerBalance: [{ amount: 100, usage: 25 }],
    });
  });

  it("raises it where it is negative, and never beyond what there is", async () => {
    await calls().credit("10", inDollars);
    expect(await credit({ transactionAmount: "-4.25" })).toMatchObject({
      status: 201,
      body: { rate: -4.25, type: "CREDIT" },
    });
    expect(await balance()).toBe("5.75");
    expect(await credit({ transactionAmount: "-6" })).toMatchObject({
      status: 400,
      body: {
        code: "mint.insufficientFunds",
        message: "insufficient funds: 6 USD required, 5.75 available; missing [0.25]",
        contexts: [
          { name: "customer", value: annId },
          { name: "currency", value: "USD" },
          { name: "available", value: "5.75" },
          { name: "required", value: "6" },
          { name: "minimum_balance", value: "0" },
          { name: "held", value: "0" },
          { name: "missing", value: "0.25" },
        ],
      },
    });
    expect(await balance()).toBe("5.75");
  });

  it("counts once what has one key", async () => {
    const request = { header: { "idempotency-key": "credit-1" } };
    const [first, second] = [await credit({}, request), await credit({}, request)];
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.header.get("idempotency-replayed")).toBe("true");
    expect(await balance()).toBe("5");
    expect(await credit({ transactionNote: "other" }, request)).toMatchObject({
      status: 409,
      body: { code: "mint.keyConflict" },
    });
  });

  it("is of no month that has not begun by the database's clock, though the service's is ahead", async () => {
    const now = new Date();
    const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2));
    const billingMonth = next.toLocaleString("en", { month: "long", timeZone: "UTC" }).toUpperCase();
    const clock = jest.spyOn(Date, "now").mockReturnValue(next.getTime() + 86_400_000);
    const answer = await credit({ billingMonth, billingYear: `${next.getUTCFullYear()}` }).finally(() =>
      clock.mockRestore(),
    );
    expect(answer).toMatchObject({ status: 400, body: invalid(["billingMonth", "has not begun yet"]) });
  });

  it("is of a company too", async () => {
    await createCompany(service, tenant, "labs");
    expect(await credit({ developerId: "labs" })).toMatchObject({
      status: 201,
      body: { developer: { name: "Acme Labs" } },
    });
  });

  it.each([
    ["a zero", { transactionAmount: "0" }, ["transactionAmount", "must not be 0"]],
    [
      "a power of ten",
      { transactionAmount: "1e1" },
      ["transactionAmount", "is not a decimal number in plain digits, such as 12.5"],
    ],
    ["no currency", { currencyId: "" }, ["currencyId", "is required"]],
    ["what is no currency's code", { currencyId: "$" }, ["currencyId", notACurrency]],
    [
      "a strange month",
      { billingMonth: "MAI" },
      ["billingMonth", "must be JANUARY, FEBRUARY, … or DECEMBER"],
    ],
    ["a month to come", { billingYear: "9999" }, ["billingMonth", "has not begun yet"]],
    ["nobody", { developerId: "" }, ["developerId", "is required"]],
  ] as const)("refuses %s", async (_what, fields, violation) => {
    expect(await credit(fields)).toMatchObject({ status: 400, body: invalid(violation) });
  });

  it("refuses a strange currency", async () => {
    const body = notUsable("currencyId", "XYZ");
    expect(await credit({ currencyId: "xyz" })).toMatchObject({ status: 400, body });
  });

  it("refuses who is not there, and who may not", async () => {
    expect(await credit({ developerId: "nobody@example.com" })).toMatchObject({
      status: 404,
      body: missing("customer", "nobody@example.com"),
    });
    // A credit of Edge's is an adjustment: a creditor gives none, and is not named.
    const message = "this needs a credential with role writer or admin of the organization";
    expect(await credit({}, { as: tenant.reader })).toMatchObject({
      status: 403,
      body: { ...forbidden, message },
    });
  });
});

describe("POST refund-transactions", () => {
  const charged = async (amount: string) => {
    await calls().credit(amount, inDollars);
    return transferIdOf(await calls().charge(amount, inDollars));
  };

  it("gives back a charge in parts, until it is used up", async () => {
    const parentTxId = await charged("10");
    const answer = await refund({ parentTxId, refundAmount: "4.5" });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{
        currency: "USD",
        developer: { id: annId, email: ann, name: "Ann Lee", isCompany: false },
        id: anId,
        notes: "returned",
      },
      ...{
        isVirtualCurrency: false,
        parentId: parentTxId,
        pkgId: "gold",
        rate: 4.5,
        status: "SUCCESS",
        type: "REFUND",
      },
      ...{ startTime: aTime, endTime: aTime, utcStartTime: aTime, utcEndTime: aTime },
    });
    expect((await refund({ parentTxId, refundAmount: "5.5", revenueType: "NET" })).status).toBe(201);
    expect(await balance()).toBe("10");
    expect(await refund({ parentTxId, refundAmount: "0.01" })).toMatchObject({
      status: 400,
      body: {
        code: "mint.refundTooLarge",
        message: `nothing of transfer ${parentTxId} is left to be given back`,
        contexts: [
          { name: "transfer", value: parentTxId },
          { name: "currency", value: "USD" },
          { name: "available", value: "0" },
          { name: "required", value: "0.01" },
        ],
      },
    });
  });

  it("never gives back more than was charged to those who ask at once", async () => {
    const parentTxId = await charged("10");
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => refund({ parentTxId, refundAmount: "3" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 400, 400, 400]);
    expect(await balance()).toBe("9");
  });

  it("counts once what has one key", async () => {
    const parentTxId = await charged("10");
    const request = { header: { "idempotency-key": "refund-1" } };
    const [first, second] = [
      await refund({ parentTxId, refundAmount: "3" }, request),
      await refund({ parentTxId, refundAmount: "3" }, request),
    ];
    expect(second.body).toEqual(first.body);
    expect(await balance()).toBe("3");
  });

  it("gives back no top-up", async () => {
    const topUp = await edge.post(`/developers/${ann}/developer-balances`, {
      body: { amount: 5, supportedCurrency: { id: "usd" } },
    });
    const { transaction } = topUp.body as { transaction: { id: string } };
    expect(await refund({ parentTxId: transaction.id, refundAmount: "5" })).toMatchObject({
      status: 400,
      body: {
        code: "mint.notRefundable",
        message: `transfer ${transaction.id} is of kind credit; only charges and captures can be given back`,
        contexts: [
          { name: "transfer", value: transaction.id },
          { name: "kind", value: "credit" },
        ],
      },
    });
  });

  it.each([
    ["no transaction", { refundAmount: "1" }, ["parentTxId", "is required"]],
    [
      "text for a transaction",
      { parentTxId: "one", refundAmount: "1" },
      ["parentTxId", "is not a UUID such as 018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f"],
    ],
    ["zero", { parentTxId: unknownId, refundAmount: "0" }, ["refundAmount", "must be above 0"]],
    [
      "another revenue",
      { parentTxId: unknownId, refundAmount: "1", revenueType: "ALL" },
      ["revenueType", "must be GROSS or NET"],
    ],
    [
      "another package",
      { parentTxId: unknownId, refundAmount: "1", monetizationPackageId: "silver" },
      ["monetizationPackageId", "is another one than in the path"],
    ],
  ] as const)("refuses %s", async (_what, fields, violation) => {
    expect(await refund(fields)).toMatchObject({ status: 400, body: invalid(violation) });
  });

  it("refuses a part that the currency does not have", async () => {
    await calls().credit("10", { customer: ann });
    const parentTxId = transferIdOf(await calls().charge("3", { customer: ann }));
    expect(await refund({ parentTxId, refundAmount: "0.5" })).toMatchObject({
      status: 400,
      body: tooManyPlaces("refundAmount", "0.5", { currency: "VC", places: 0 }),
    });
  });

  it("refuses a transaction that there is not, and who may not", async () => {
    const fields = { parentTxId: unknownId, refundAmount: "1" };
    expect(await refund(fields)).toMatchObject({ status: 404, body: missing("transfer", unknownId) });
    expect(await refund(fields, { as: tenant.reader })).toMatchObject({ status: 403, body: forbidden });
  });
});

describe("POST transaction-search", () => {
  const search = (criteria: unknown = undefined, query = "all=true", request: EdgeRequest = {}) =>
    edge.post(`/transaction-search?${query}`, {
      ...request,
      ...(criteria !== undefined && { body: criteria }),
    });
  const found = async (criteria: unknown) => {
    const { status, body } = await search(criteria);
    expect(status).toBe(200);
    const { transaction } = body as { transaction: { type: string; rate: number }[] };
    return transaction.map(({ type, rate }) => `${type} ${rate}`);
  };

  /** A top-up of 100, a charge of 30, a credit of 5, a refund of 10, newest last; and a top-up of another developer. */
  async function history() {
    await edge.post(`/developers/${ann}/developer-balances`, {
      body: { amount: 100, supportedCurrency: { id: "usd" } },
    });
    const charge = transferIdOf(await calls().charge("30", inDollars));
    await credit();
    const refunded = idOf(await refund({ parentTxId: charge, refundAmount: "10" }));
    await createDeveloper(service, tenant, { email: "bob@example.com" });
    await edge.post("/developers/bob@example.com/developer-balances", {
      body: { amount: 7, supportedCurrency: { id: "eur" } },
    });
    return { charge, refunded };
  }

  it("finds what was charged, credited and given back, newest first", async () => {
    const { charge, refunded } = await history();
    const answer = await search({ devCriteria: [{ id: ann, orgId: tenant.orgName }] });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^\{"totalRecords":4,"transaction":\[/);
    expect(answer.body).toMatchObject({
      transaction: [
        { type: "REFUND", id: refunded, parentId: charge, rate: 10 },
        { type: "CREDIT", rate: 5, notes: "sorry" },
        { type: "PURCHASE", id: charge, rate: 30, developer: { id: annId } },
        { type: "BALANCE", rate: 100 },
      ],
    });
  });

  it("finds everything of the organization where nothing is said", async () => {
    await history();
    const everything = ["BALANCE 7", "REFUND 10", "CREDIT 5", "PURCHASE 30", "BALANCE 100"];
    expect(await found(undefined)).toEqual(everything);
    expect(await found({})).toEqual(everything);
  });

  it("narrows by type, currency, status and time", async () => {
    await history();
    const today = new Date().toISOString().slice(0, 10);
    const month = new Date().toLocaleString("en", { month: "long", timeZone: "UTC" }).toUpperCase();
    const billingYear = new Date().getUTCFullYear();
    expect(await found({ transactionTypes: ["PURCHASE"] })).toEqual(["PURCHASE 30"]);
    expect(await found({ transactionTypes: ["CHARGE", "REFUND"] })).toEqual(["REFUND 10", "PURCHASE 30"]);
    expect(await found({ transactionTypes: ["SETUPFEES"] })).toEqual([]);
    expect(await found({ currCriteria: [{ id: "eur" }] })).toEqual(["BALANCE 7"]);
    expect(await found({ transactionStatus: ["FAILED"] })).toEqual([]);
    expect(await found({ transactionStatus: ["SUCCESS", "FAILED"] })).toHaveLength(5);
    expect(await found({ billingMonth: month, billingYear })).toHaveLength(5);
    expect(await found({ billingMonth: month, billingYear: billingYear - 1 })).toEqual([]);
    expect(await found({ fromDate: "2024-01-01", toDate: today })).toHaveLength(5);
    expect(await found({ fromDate: `${today} 00:00:00`, devCriteria: [{ id: annId }] })).toHaveLength(4);
    expect(await found({ toDate: "2024-01-01 12:30:00" })).toEqual([]);
  });

  it("takes developers and companies by their names and their ids, however many", async () => {
    await history();
    const company = await createCompany(service, tenant, "acme");
    await edge.post("/companies/acme/developer-balances", {
      body: { amount: 9, supportedCurrency: { id: "usd" } },
    });
    const ofAnn = await found({ devCriteria: [{ id: annId }] });
    expect(await found({ devCriteria: [{ id: "ANN@example.com" }, { id: annId.toUpperCase() }] })).toEqual(
      ofAnn,
    );
    for (const id of ["acme", company]) expect(await found({ devCriteria: [{ id }] })).toEqual(["BALANCE 9"]);
    const all = [ann, "bob@example.com", "acme"].map((id) => ({ id }));
    expect(await found({ devCriteria: Array(33).fill(all).flat() })).toEqual(await found({}));
    expect(await search({ devCriteria: [{ id: ann }, { id: unknownId }] })).toMatchObject({
      status: 404,
      body: missing("customer", unknownId, "developer or company"),
    });
  });

  it("has pages", async () => {
    await history();
    const page = async (query: string) => {
      const { body } = await search({}, query);
      const { transaction, totalRecords } = body as { transaction: { rate: number }[]; totalRecords: number };
      return [totalRecords, ...transaction.map(({ rate }) => rate)];
    };
    expect(await page("size=2")).toEqual([5, 7, 10]);
    expect(await page("size=2&page=3")).toEqual([5, 100]);
    expect(await page("size=2&page=4")).toEqual([5]);
  });

  it.each([
    ["an unknown type", { transactionTypes: ["GIFT"] }, "transactionTypes"],
    ["an unknown status", { transactionStatus: ["OPEN"] }, "transactionStatus"],
    ["a day that there is not", { fromDate: "2026-02-30" }, "fromDate"],
    ["a time in other words", { toDate: "2026-02-03T10:00:00Z" }, "toDate"],
    ["an end before the start", { fromDate: "2026-02-03", toDate: "2026-02-02" }, "toDate"],
    ["a month without a year", { billingMonth: "APRIL" }, "billingYear"],
    ["another organization", { devCriteria: [{ id: ann, orgId: "x" }] }, "devCriteria[0].orgId"],
    ["101 developers", { devCriteria: Array(101).fill({ id: ann }) }, "devCriteria"],
    ["a developer without an id", { devCriteria: [{}] }, "devCriteria[0].id"],
  ])("refuses %s", async (_what, criteria, field) => {
    const { status, body } = await search(criteria);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "mint.invalidFields", contexts: [{ name: field }] });
  });

  it("finds no developer that there is not, and is for readers", async () => {
    expect(await search({ devCriteria: [{ id: "nobody@example.com" }] })).toMatchObject({
      status: 404,
      body: missing("customer", "nobody@example.com"),
    });
    expect((await search({}, "", { as: tenant.reader })).status).toBe(200);
    const other = await service.tenant();
    expect(await search({}, "", { as: other.admin })).toMatchObject({ status: 403, body: forbidden });
  });
});
