import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients } from "../support/service.ts";
import {
  apigee,
  badFields,
  balance,
  credited,
  failure,
  forbidden,
  madeDeveloper,
  noDeveloper,
  notACode,
  refusedFor,
  usd,
} from "./client.ts";
import { ann, eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const credit = (transactionAmount: unknown, transactionId: unknown = "order-1001", as = send) =>
  as("POST", `${ann}/balance:credit`, { body: { transactionAmount, transactionId } });
const native = () => connectClients(service.url, tenant.writer).ledger;
const customer = () => ({ organization: tenant.orgId, customer: "ann@example.com", currency: "USD" });

describe("developers.getBalance", () => {
  it("has no wallets before something is booked", async () => {
    expect(await send("GET", `${ann}/balance`)).toMatchObject({ status: 200, text: "{}" });
    // A limit opens an account, but there is nothing in it.
    const { ledger } = connectClients(service.url, tenant.admin);
    await ledger.setLimit({ ...customer(), minimumBalance: "-5" });
    expect((await send("GET", `${ann}/balance`)).json).toEqual({});
  });

  it("has a wallet for each currency, with the time of its newest credit", async () => {
    await credit(usd("25", 500_000_000));
    await credit({ currencyCode: "EUR", units: 3 }, "order-1002");
    const { json, text } = await send("GET", `${ann}/balance`);
    const lastCreditTime = expect.stringMatching(/^\d{13}$/);
    expect(json).toEqual({
      wallets: [
        { balance: { currencyCode: "EUR", units: "3" }, lastCreditTime },
        { balance: usd("25", 500_000_000), lastCreditTime },
      ],
    });
    expect(Object.keys(JSON.parse(text))[0]).toBe("wallets");
    const { wallets } = json as { wallets: { lastCreditTime: string }[] };
    const transfers = (await native().listTransfers({ organization: tenant.orgId })).transfers;
    const times = transfers.map(({ createTime }) =>
      String(Number(createTime?.seconds) * 1_000 + Number(createTime?.nanos) / 1e6),
    );
    expect(wallets.map((wallet) => wallet.lastCreditTime)).toEqual(times);
  });

  it("leaves out what is zero", async () => {
    await credit(usd("5"));
    await send("POST", `${ann}/balance:adjust`, { body: { adjustment: usd("5") } });
    expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("0"));
  });

  it("shows what is owed with both signs below zero, and no time where there was no credit", async () => {
    const { ledger } = connectClients(service.url, tenant.admin);
    await ledger.setLimit({ ...customer(), minimumBalance: "-5" });
    await ledger.createTransfer({ ...customer(), kind: TransferKind.CHARGE, amount: "1.75" });
    expect((await send("GET", `${ann}/balance`)).json).toEqual({
      wallets: [{ balance: usd("-1", -750_000_000) }],
    });
  });

  it("sees what other faces book, and they what is booked here", async () => {
    await native().createTransfer({ ...customer(), kind: TransferKind.CREDIT, amount: "0.000000001" });
    await credit(usd("1"));
    expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("1", 1));
    expect((await native().getBalance(customer())).posted).toBe("1.000000001");
  });

  it("is a developer of another name too: by id, and escaped", async () => {
    await credit(usd("5"));
    const { json } = await send("GET", ann);
    const { developerId } = json as { developerId: string };
    for (const path of [`/developers/${developerId}/balance`, "/developers/ann%40example.com/balance"]) {
      expect((await send("GET", path)).json).toEqual(balance("5"));
    }
  });

  it("has ids of its wallets where it is expanded, as PHP's client lists them", async () => {
    await credit(usd("5"));
    const { wallets } = balance("5");
    const expanded = { wallets: wallets.map((wallet) => ({ ...wallet, id: "USD" })) };
    expect((await send("GET", `${ann}/balance:credit?expand=true`)).json).toEqual(expanded);
    expect((await send("GET", `${ann}/balance:credit`)).json).toEqual(balance("5"));
  });

  it("404, and 401 without a credential", async () => {
    const nobody = await send("GET", "/developers/nobody@example.com/balance");
    expect(nobody).toMatchObject({ status: 404, json: noDeveloper("nobody@example.com") });
    const anonymous = await send("GET", `${ann}/balance`, { header: { authorization: "Bearer nothing" } });
    expect(anonymous).toMatchObject({
      status: 401,
      json: failure({
        code: 401,
        status: "UNAUTHENTICATED",
        message: "the credential is not known, has another secret, was revoked, or has expired",
        reason: "UNAUTHENTICATED",
      }),
    });
  });
});

describe("developers.balance.credit", () => {
  it("adds, and answers the whole balance", async () => {
    expect(await credit(usd("25", 500_000_000))).toMatchObject({
      status: 200,
      json: balance("25", 500_000_000),
    });
    expect((await credit(usd("0", 500_000_000), "order-1002")).json).toEqual(balance("26"));
  });

  it("counts a transaction id once, for ever, and answers the balance as it is", async () => {
    await credit(usd("25"));
    await credit(usd("5"), "order-1002");
    expect(await credit(usd("25"))).toMatchObject({ status: 200, json: balance("30") });
    // The same amount in other words.
    expect(await credit({ currencyCode: "USD", units: 25, nanos: "0" })).toMatchObject({
      json: balance("30"),
    });
  });

  it("counts once what comes many times at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => credit(usd("25"))));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
    expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("25"));
  });

  it("knows a transaction id for each developer", async () => {
    await credit(usd("25"));
    const bob = await madeDeveloper(send, "bob@example.com");
    await credited(send, bob, "7", "order-1001");
    expect((await send("GET", `${bob}/balance`)).json).toEqual(balance("7"));
  });

  it.each([
    ["another amount", usd("26"), "amount"],
    ["another currency", { currencyCode: "EUR", units: "25" }, "currency"],
  ])("409: a transaction id with %s", async (_what, transactionAmount, differing) => {
    await credit(usd("25"));
    const { status, json } = await credit(transactionAmount);
    expect({ status, json }).toEqual({
      status: 409,
      json: failure({
        code: 409,
        status: "ALREADY_EXISTS",
        message: `transaction order-1001 of developer ann@example.com was another one: ${differing} differs`,
        reason: "KEY_CONFLICT",
        metadata: { transfer: expect.any(String), key: "order-1001", differing },
      }),
    });
    expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("25"));
  });

  it("pays down what a postpaid developer owes", async () => {
    const admin = connectClients(service.url, tenant.admin);
    await admin.currencies.updateCurrency({
      allowMissing: true,
      organization: tenant.orgId,
      code: "USD",
      creditLimit: "100",
    });
    const asAdmin = apigee(service, tenant, tenant.admin);
    await asAdmin("PUT", `${ann}/monetizationConfig`, { body: { billingType: "POSTPAID" } });
    await admin.ledger.createTransfer({ ...customer(), kind: TransferKind.CHARGE, amount: "40" });
    expect((await credit(usd("25"))).json).toEqual(balance("-15"));
  });

  it.each([
    ["nothing", undefined, { transactionAmount: "is required" }],
    ["zero", usd("0"), { transactionAmount: "must be above 0" }],
    ["less", usd("-5"), { transactionAmount: "must be above 0" }],
    ["no currency", { units: "5" }, { "transactionAmount.currencyCode": "is required" }],
    [
      "no such currency",
      { currencyCode: "usd", units: "5" },
      { "transactionAmount.currencyCode": `${notACode}; did you mean USD?` },
    ],
    ["two signs", usd("5", -1), { "transactionAmount.nanos": "must have the sign of units" }],
    ["too many nanos", usd("5", 1e9), { "transactionAmount.nanos": "must be -999999999 to 999999999" }],
    [
      "units that are none",
      { currencyCode: "USD", units: "5.5" },
      { "transactionAmount.units": 'expected a whole number of 64 bits, got "5.5"' },
    ],
    [
      "units beyond 64 bits",
      '{"transactionAmount":{"currencyCode":"USD","units":9223372036854775808},"transactionId":"x"}',
      { "transactionAmount.units": "expected a whole number of 64 bits, got 9223372036854775808" },
    ],
  ])("400: %s", async (_what, amount, fields) => {
    const path = `${ann}/balance:credit`;
    const { status, json } =
      typeof amount === "string" ? await send("POST", path, { body: amount }) : await credit(amount);
    expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
    expect((await send("GET", `${ann}/balance`)).json).toEqual({});
  });

  it("400: a fraction of a credit", async () => {
    const { status, json } = await credit({ currencyCode: "VC", nanos: 5 });
    const description = "has more places after the point than the 0 of VC; nothing is rounded";
    expect({ status, json }).toEqual({
      status: 400,
      json: refusedFor("TOO_MANY_PLACES", {
        metadata: { currency: "VC", places: "0", required: "0.000000005" },
        fields: { transactionAmount: description },
      }),
    });
  });

  it("400: a transaction id that is none, with everything else that is wrong", async () => {
    expect(await credit(usd("0"), "")).toMatchObject({
      status: 400,
      json: badFields({ transactionAmount: "must be above 0", transactionId: "is required" }),
    });
    expect((await credit(usd("5"), "x".repeat(256))).status).toBe(400);
    expect((await credit(usd("5"), 7)).status).toBe(400);
    expect((await send("POST", `${ann}/balance:credit`)).status).toBe(400);
  });

  it("400: a field that there is not, by its name", async () => {
    const body = { transactionAmount: usd("5"), transactionId: "x", note: "hello" };
    const { status, json } = await send("POST", `${ann}/balance:credit`, { body });
    expect({ status, json }).toEqual({ status: 400, json: badFields({ note: "there is no such field" }) });
  });

  it("400: a currency that the organization has not configured, or has made inactive", async () => {
    const { currencies } = connectClients(service.url, tenant.admin);
    await currencies.updateCurrency({
      allowMissing: true,
      organization: tenant.orgId,
      code: "EUR",
      state: CurrencyState.INACTIVE,
    });
    for (const currencyCode of ["USD", "EUR"]) {
      expect(await credit({ currencyCode, units: "5" })).toMatchObject({
        status: 400,
        json: refusedFor("CURRENCY_NOT_USABLE", {
          metadata: { currency: currencyCode },
          fields: {
            "transactionAmount.currencyCode":
              "is not a currency that the organization uses; it has made all of its own inactive",
          },
        }),
      });
    }
  });

  it("400: more than the ledger holds", async () => {
    await credit(usd("9223372036854775807"));
    expect((await credit(usd("9223372036854775807"), "order-1002")).json).toMatchObject({
      error: { code: 400, status: "OUT_OF_RANGE" },
    });
  });

  it("403 and 404", async () => {
    const reader = apigee(service, tenant, tenant.reader);
    expect(await credit(usd("5"), "x", reader)).toMatchObject({ status: 403, json: forbidden });
    const body = { transactionAmount: usd("5"), transactionId: "x" };
    const nobody = await send("POST", "/developers/nobody@example.com/balance:credit", { body });
    expect(nobody).toMatchObject({ status: 404, json: noDeveloper("nobody@example.com") });
  });
});
