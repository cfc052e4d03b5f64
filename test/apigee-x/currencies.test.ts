import { Code } from "@connectrpc/connect";
import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients } from "../support/service.ts";
import { balance, credited, refusedFor, usd } from "./client.ts";
import { ann, eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const putCurrency = (currency: {
  code: string;
  force?: boolean;
  state?: CurrencyState;
  decimalPlaces?: number;
}) =>
  connectClients(service.url, tenant.admin).currencies.updateCurrency({
    allowMissing: true,
    organization: tenant.orgId,
    ...currency,
  });
const adjust = (adjustment: unknown) => send("POST", `${ann}/balance:adjust`, { body: { adjustment } });

it.each([
  ["the first currency that is configured", { code: "EUR" }, "it uses EUR"],
  [
    "a currency that is made inactive",
    { code: "USD", state: CurrencyState.INACTIVE },
    "it has made all of its own inactive",
  ],
])("%s strands who has money, which says so, and can leave as a whole", async (_what, currency, instead) => {
  await credited(send, ann, "98", "order-1");
  expect(await failureOf(putCurrency(currency))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: "CURRENCY_STRANDS",
    metadata: { currency: currency.code, accounts: "1" },
  });
  expect((await adjust(usd("1"))).status).toBe(200);
  await putCurrency({ ...currency, force: true });

  const notUsable = (field: string) =>
    refusedFor("CURRENCY_NOT_USABLE", {
      metadata: { currency: "USD" },
      fields: { [`${field}.currencyCode`]: `is not a currency that the organization uses; ${instead}` },
    });
  expect(await adjust(usd("1"))).toMatchObject({ status: 400, json: notUsable("adjustment") });
  const body = { transactionAmount: usd("5"), transactionId: "order-2" };
  expect(await send("POST", `${ann}/balance:credit`, { body })).toMatchObject({
    status: 400,
    json: notUsable("transactionAmount"),
  });
  expect((await send("GET", `${ann}/balance`)).json).toEqual(balance("97"));
  expect(await adjust(usd("97"))).toMatchObject({ status: 200, json: balance("0") });
  expect((await send("DELETE", ann)).status).toBe(200);
});

it("fewer places strand a rest, which says so, and can leave as a whole", async () => {
  await credited(send, ann, "5", "order-1");
  await adjust(usd("0", 995_000_000));
  const cents = { code: "USD", decimalPlaces: 2 };
  expect(await failureOf(putCurrency(cents))).toMatchObject({
    reason: "CURRENCY_STRANDS",
    metadata: { currency: "USD", accounts: "1" },
  });
  await putCurrency({ ...cents, force: true });
  expect(await adjust(usd("4"))).toMatchObject({ status: 200, json: balance("0", 5_000_000) });
  const description = "has more places after the point than the 2 of USD; nothing is rounded";
  expect(await adjust(usd("0", 1_000_000))).toMatchObject({
    status: 400,
    json: refusedFor("TOO_MANY_PLACES", {
      metadata: { currency: "USD", places: "2", required: "0.001" },
      fields: { adjustment: description },
    }),
  });
  expect(await adjust(usd("0", 5_000_000))).toMatchObject({ status: 200, json: balance("0") });
  expect((await send("DELETE", ann)).status).toBe(200);
});
