import { Code, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { BalanceService } from "../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { DeveloperService } from "../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import { SupportedCurrencyService } from "../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { TransactionService } from "../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { basic, startService, type Tenant, type TestService } from "../support/service.ts";
import { createDeveloper } from "./edge-client.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  await createDeveloper(service, tenant, { email: developer, billingType: "POSTPAID" });
});
afterAll(() => service.stop());

const developer = "ann@example.com";

const transports: Readonly<Record<string, (url: string) => Transport>> = {
  gRPC: (baseUrl) => createGrpcTransport({ baseUrl }),
  "gRPC-Web": (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  "Connect in JSON": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" }),
};

describe.each(Object.entries(transports))("over %s", (_name, connect) => {
  const headers = (more: Readonly<Record<string, string>> = {}) => ({
    headers: { authorization: basic(tenant.admin), ...more },
  });

  it("does what it does over REST, with amounts as exact text", async () => {
    const transport = connect(service.url);
    const balances = createClient(BalanceService, transport);
    const organization = tenant.orgName;
    const { supportedCurrency } = await createClient(
      SupportedCurrencyService,
      transport,
    ).createSupportedCurrency(
      { organization, supportedCurrency: { name: "USD", creditLimit: "12.000000001" } },
      headers(),
    );
    expect(supportedCurrency).toMatchObject({ id: "usd", creditLimit: "12.000000001" });

    const asked = { organization, developer, amount: "9007199254740993.5", supportedCurrencyId: "usd" };
    const set = await balances.setCreditLimit(asked, headers());
    expect(set.developerBalance).toMatchObject({ amount: "9007199254740993.5", usage: "0" });
    await balances.deleteCreditLimit({ organization, developer, supportedCurrencyId: "usd" }, headers());
    const { developerBalance, totalRecords } = await balances.listCreditLimits(
      { organization, developer },
      headers(),
    );
    expect({ developerBalance, totalRecords }).toMatchObject({
      developerBalance: [{ amount: "12.000000001" }],
      totalRecords: 1,
    });
  });

  it("honours an idempotency key in the metadata", async () => {
    const balances = createClient(BalanceService, connect(service.url));
    const asked = { organization: tenant.orgId, developer, amount: "5", supportedCurrency: { id: "USD" } };
    const first = await balances.topUpDeveloperBalance(asked, headers({ "idempotency-key": "k" }));
    const second = await balances.topUpDeveloperBalance(asked, headers({ "idempotency-key": "k" }));
    expect(second.developerBalance?.transaction?.id).toBe(first.developerBalance?.transaction?.id);
    const empty = balances.topUpDeveloperBalance(asked, headers({ "idempotency-key": "" }));
    expect(faultyFields(await failureOf(empty))).toEqual(["idempotency-key"]);
  });

  it("refuses with the codes of every other interface", async () => {
    const transport = connect(service.url);
    const balances = createClient(BalanceService, transport);
    const organization = tenant.orgId;
    const nobody = balances.listDeveloperBalances(
      { organization, developer: "nobody@example.com" },
      headers(),
    );
    expect(await failureOf(nobody)).toMatchObject({ code: Code.NotFound, reason: "NOT_FOUND" });
    const both = await failureOf(
      balances.listDeveloperBalances({ organization, developer, company: "labs" }, headers()),
    );
    expect([both.code, faultyFields(both)]).toEqual([Code.InvalidArgument, ["company"]]);
    const neither = await failureOf(balances.listDeveloperBalances({ organization }, headers()));
    expect(faultyFields(neither)).toEqual(["developer"]);
    const unknown = createClient(DeveloperService, transport).getCompany(
      { organization, company: "x" },
      headers(),
    );
    expect(await failureOf(unknown)).toMatchObject({ code: Code.NotFound });
    const credit = createClient(TransactionService, transport).createCredit(
      {
        ...{
          organization,
          monetizationPackage: "gold",
          ratePlan: "p",
          billingMonth: "MAY",
          billingYear: 2024,
        },
        ...{ currencyId: "usd", developerId: developer, transactionAmount: "-1" },
      },
      headers(),
    );
    expect(await failureOf(credit)).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "INSUFFICIENT_FUNDS",
      metadata: { missing: "1" },
    });
  });
});
