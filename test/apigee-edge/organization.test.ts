import { restClient } from "../support/rest.ts";
import { connectClients } from "../support/service.ts";
import { createDeveloper, edgeClient, forbidden, putCurrency } from "./edge-client.ts";
import { eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

describe("GET an organization's profile", () => {
  it("says all that Edge's clients read without asking whether it is there", async () => {
    const { status, body } = await edge.get("", { as: tenant.reader });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id: tenant.orgName, name: tenant.orgName, description: tenant.orgName, status: "ACTIVE" },
      ...{ billingCycle: "CALENDAR_MONTH", currency: "VC", supportedBillingType: "BOTH", timezone: "UTC" },
      ...{ approveTrusted: false, approveUntrusted: false, hasBillingAdjustment: false, hasBroker: false },
      ...{ hasSelfBilling: false, hasSeparateInvoiceForProduct: false, issueNettingStmt: false },
      ...{ nettingStmtPerCurrency: false, selfBillingAsExchOrg: false, selfBillingForAllDev: false },
      separateInvoiceForFees: false,
    });
  });

  it("has the first currency that is active", async () => {
    await edge.post("/supported-currencies", { body: { name: "AUD", status: "INACTIVE" } });
    await putCurrency(service, tenant, { code: "USD" });
    await putCurrency(service, tenant, { code: "EUR" });
    expect((await edge.get("")).body).toMatchObject({ currency: "EUR" });
  });

  it("says whether anything new is booked", async () => {
    const { organizations } = connectClients(service.url, service.platform);
    await organizations.disableOrganization({ organization: tenant.orgId });
    const another = await service.another();
    expect((await edgeClient(another, tenant).get("")).body).toMatchObject({ status: "INACTIVE" });
  });

  it("is for readers of the organization", async () => {
    const other = await service.tenant();
    expect(await edge.get("", { as: other.admin })).toMatchObject({ status: 403, body: forbidden });
  });
});

describe("/v1/o", () => {
  it("is another name of /v1/organizations, and /v1/mint/o of that of monetization", async () => {
    await createDeveloper(service, tenant, { email: "ann@example.com" });
    const client = restClient(service.url, tenant.admin);
    for (const [short, long] of [
      [`/v1/o/${tenant.orgName}/developers`, `/v1/organizations/${tenant.orgName}/developers`],
      [
        `/v1/o/${tenant.orgName}/developers/ann@example.com`,
        `/v1/organizations/${tenant.orgName}/developers/ann@example.com`,
      ],
      [`/v1/mint/o/${tenant.orgName}`, `/v1/mint/organizations/${tenant.orgName}`],
      [`/v1/mint/o/${tenant.orgName}/developers`, `/v1/mint/organizations/${tenant.orgName}/developers`],
    ] as const) {
      const answer = await client.get(short);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual((await client.get(long)).body);
    }
    expect(await client.get(`/v1/mint/o/${tenant.orgName}/nothing`)).toMatchObject({
      status: 404,
      body: { code: "mint.noSuchResource" },
    });
  });
});

describe("a `+` in a query that was not escaped", () => {
  const plus = "ann+portal@example.com";
  const credit = (developerId: string) =>
    edge.post(
      "/monetization-packages/gold/rate-plans/basic/real-currency-credit-transactions?billingMonth=JANUARY" +
        `&billingYear=2026&currencyId=usd&developerId=${developerId}&transactionAmount=1&transactionNote=for+you`,
    );

  it("is a plus in an email, and a space in other texts", async () => {
    await createDeveloper(service, tenant, { email: plus });
    for (const written of [plus, encodeURIComponent(plus), "ann%2Bportal@example.com"]) {
      expect(await credit(written)).toMatchObject({
        status: 201,
        body: { developer: { email: plus }, notes: "for you" },
      });
    }
  });

  it("is a plus in each of a list of emails, and in the email to begin with", async () => {
    await createDeveloper(service, tenant, { email: plus });
    await createDeveloper(service, tenant, { email: "zoe+1@example.com" });
    const emails = async (query: string) => {
      const { body } = await restClient(service.url, tenant.admin).get(
        `/v1/organizations/${tenant.orgName}/developers?${query}`,
      );
      return (body as { developer: { email: string }[] }).developer.map(({ email }) => email);
    };
    expect(await emails(`ids=${plus},zoe+1@example.com`)).toEqual([plus, "zoe+1@example.com"]);
    expect(await emails("count=10&startKey=zoe+1@example.com")).toEqual(["zoe+1@example.com"]);
  });

  it("is a space in the name of a company", async () => {
    expect(await credit("no+such+labs")).toMatchObject({
      status: 404,
      body: { message: "developer or company no such labs was not found" },
    });
  });
});
