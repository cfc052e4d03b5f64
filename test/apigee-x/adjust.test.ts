import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients } from "../support/service.ts";
import {
  apigee,
  badFields,
  balance,
  credited,
  failure,
  forbidden,
  noDeveloper,
  notACode,
  notACurrency,
  refusedFor,
  usd,
} from "./client.ts";
import { ann, eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });
let developerId: string;
const subject = "developer ann@example.com";
beforeEach(async () => {
  developerId = ((await send("GET", ann)).json as { developerId: string }).developerId;
});

const adjust = (adjustment: unknown, header: Record<string, string> = {}) =>
  send("POST", `${ann}/balance:adjust`, { body: { adjustment }, header });
const native = () => connectClients(service.url, tenant.writer).ledger;
const charge = (amount: string) =>
  native().createTransfer({
    organization: tenant.orgId,
    customer: developerId,
    currency: "USD",
    kind: TransferKind.CHARGE,
    amount,
  });
const tooLarge = (largest: string, required: string) =>
  failure({
    code: 400,
    status: "FAILED_PRECONDITION",
    message: `${largest === "0" ? "nothing can be given back in USD" : `at most ${largest} USD can be given back, not ${required}`}: the balance may not rise above what it was right after the newest credit`,
    reason: "ADJUSTMENT_TOO_LARGE",
    metadata: { customer: developerId, currency: "USD", available: largest, required },
    violation: { type: "mint.service.adjustment_exceeds_last_credit", subject },
  });

it("above zero takes: too little was charged", async () => {
  await credited(send, ann, "25", "t-1");
  expect(await adjust(usd("4", 250_000_000))).toMatchObject({
    status: 200,
    json: balance("20", 750_000_000),
  });
});

it("below zero gives back: too much was charged", async () => {
  await credited(send, ann, "25", "t-1");
  await charge("5.75");
  const { json } = await adjust(usd("0", -750_000_000));
  expect(json).toEqual(balance("20"));
  // It is no credit, so its time is no credit's.
  const { transfers } = await native().listTransfers({ organization: tenant.orgId });
  const time = transfers.at(-1)?.createTime;
  const { wallets } = json as { wallets: { lastCreditTime: string }[] };
  expect(wallets[0]?.lastCreditTime).toBe(String(Number(time?.seconds) * 1_000 + Number(time?.nanos) / 1e6));
});

it("counts each time, but once for one idempotency key", async () => {
  await credited(send, ann, "25", "t-1");
  await adjust(usd("1"));
  expect((await adjust(usd("1"))).json).toEqual(balance("23"));
  for (let time = 0; time < 3; time += 1) await adjust(usd("1"), { "idempotency-key": "fix-1" });
  expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("22"));
  expect(await adjust(usd("2"), { "idempotency-key": "fix-1" })).toMatchObject({
    status: 409,
    json: { error: { status: "ALREADY_EXISTS", details: [{ reason: "KEY_CONFLICT" }] } },
  });
});

describe("the cap", () => {
  it("is the balance right after the newest credit, and the refusal says what would pass", async () => {
    await credited(send, ann, "100", "t-1");
    await charge("10");
    expect(await adjust(usd("-10", -1))).toMatchObject({ status: 400, json: tooLarge("10", "10.000000001") });
    expect((await adjust(usd("-4"))).json).toEqual(balance("94"));
    expect(await adjust(usd("-7"))).toMatchObject({ status: 400, json: tooLarge("6", "7") });
    expect((await adjust(usd("-6"))).json).toEqual(balance("100"));
    expect(await adjust(usd("-1"))).toMatchObject({ status: 400, json: tooLarge("0", "1") });
  });

  it("moves with each credit", async () => {
    await credited(send, ann, "100", "t-1");
    await charge("30");
    await credited(send, ann, "10", "t-2");
    await charge("5");
    expect(await adjust(usd("-6"))).toMatchObject({ status: 400, json: tooLarge("5", "6") });
    expect((await adjust(usd("-5"))).json).toEqual(balance("80"));
  });

  it("is of each currency", async () => {
    await credited(send, ann, "100", "t-1");
    await charge("50");
    const body = { transactionAmount: { currencyCode: "EUR", units: "1" }, transactionId: "t-2" };
    await send("POST", `${ann}/balance:credit`, { body });
    expect((await adjust(usd("-50"))).status).toBe(200);
    expect((await adjust({ currencyCode: "EUR", nanos: -1 })).status).toBe(400);
  });

  it("lets nothing be given back before the first credit", async () => {
    const { ledger } = connectClients(service.url, tenant.admin);
    const of = { organization: tenant.orgId, customer: developerId, currency: "USD" };
    await ledger.setLimit({ ...of, minimumBalance: "-50" });
    await charge("20");
    expect(await adjust(usd("-1"))).toMatchObject({ status: 400, json: tooLarge("0", "1") });
    expect((await adjust(usd("1"))).json).toEqual({ wallets: [{ balance: usd("-21") }] });
  });

  it("holds however many come at once", async () => {
    await credited(send, ann, "100", "t-1");
    await charge("10");
    const all = await Promise.all(Array.from({ length: 25 }, () => adjust(usd("-1"))));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(all.filter(({ status }) => status === 400)).toHaveLength(15);
    expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("100"));
  });

  it("holds while credits, charges and adjustments come at once", async () => {
    await credited(send, ann, "10", "t-0");
    const answers = await Promise.all(
      Array.from({ length: 45 }, async (_, n) => {
        if (n % 3 === 0) await credited(send, ann, "1", `t-${n + 1}`);
        else if (n % 3 === 1) await charge("1").catch(() => undefined);
        else return adjust(usd("-1"));
        return undefined;
      }),
    );
    const statuses = answers.flatMap((answer) => answer?.status ?? []);
    expect(statuses.filter((status) => status !== 200 && status !== 400)).toEqual([]);

    const entries = await statement();
    let cap = 0n;
    for (const { kind, posted } of entries) {
      if (kind === TransferKind.CREDIT) cap = posted;
      if (kind === TransferKind.ADJUSTMENT) expect(posted <= cap).toBe(true);
    }
    expect(entries.length).toBeGreaterThan(16);
  });

  /** What every entry of the account was, and left. */
  async function statement() {
    const { accounts } = await native().listAccounts({ organization: tenant.orgId, customer: developerId });
    const account = accounts[0]?.id ?? "";
    const { entries } = await native().listEntries({ organization: tenant.orgId, account, pageSize: 1_000 });
    return entries.map(({ transfer, posted }) => ({ kind: transfer?.kind, posted: BigInt(posted) }));
  }
});

it("400: more than there is, with Apigee's name for it", async () => {
  await credited(send, ann, "5", "t-1");
  expect(await adjust(usd("6"))).toMatchObject({
    status: 400,
    json: failure({
      code: 400,
      status: "FAILED_PRECONDITION",
      message: "insufficient funds: 6 USD required, 5 available",
      reason: "INSUFFICIENT_FUNDS",
      metadata: {
        customer: developerId,
        currency: "USD",
        available: "5",
        required: "6",
        minimum_balance: "0",
        held: "0",
      },
      violation: { type: "mint.service.developer_usage_exceeds_balance", subject },
    }),
  });
});

it("400: no wallet in the currency, with Apigee's name for it", async () => {
  await credited(send, ann, "5", "t-1");
  expect(await adjust({ currencyCode: "EUR", units: "1" })).toMatchObject({
    status: 400,
    json: failure({
      code: 400,
      status: "FAILED_PRECONDITION",
      message: `customer ${developerId} has no account in EUR`,
      reason: "NO_ACCOUNT",
      metadata: { customer: developerId, currency: "EUR" },
      violation: { type: "keymanagement.service.developer_wallet_does_not_exist", subject },
    }),
  });
  expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("5"));
});

it.each([
  ["nothing", undefined, { adjustment: "is required" }],
  ["zero", usd("0"), { adjustment: "must not be 0" }],
  ["two signs", usd("-1", 1), { "adjustment.nanos": "must have the sign of units" }],
  ["no code of a currency", { currencyCode: "x", units: "1" }, { "adjustment.currencyCode": notACode }],
])("400: %s", async (_what, adjustment, fields) => {
  const { status, json } = await adjust(adjustment);
  expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
});

it("400: an empty idempotency key, and nothing is booked", async () => {
  await credited(send, ann, "5", "t-1");
  const { status, json } = await adjust(usd("1"), { "idempotency-key": "" });
  const fields = { "idempotency-key": "is empty; give a key, or leave the header out" };
  expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
  expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("5"));
});

it("400: no such currency", async () => {
  const { status, json } = await adjust({ currencyCode: "XXY", units: "1" });
  const fields = { "adjustment.currencyCode": notACurrency };
  const metadata = { currency: "XXY" };
  expect({ status, json }).toEqual({
    status: 400,
    json: refusedFor("CURRENCY_NOT_USABLE", { metadata, fields }),
  });
});

it("403 and 404", async () => {
  const body = { adjustment: usd("1") };
  const reader = apigee(service, tenant, tenant.reader);
  expect(await reader("POST", `${ann}/balance:adjust`, { body })).toMatchObject({
    status: 403,
    json: forbidden,
  });
  const nobody = await send("POST", "/developers/nobody@example.com/balance:adjust", { body });
  expect(nobody).toMatchObject({ status: 404, json: noDeveloper("nobody@example.com") });
});
