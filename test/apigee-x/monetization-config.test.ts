import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients } from "../support/service.ts";
import { apigee, badFields, developerOf, forbidden, noDeveloper } from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });
const config = "/developers/ann@example.com/monetizationConfig";

it("is prepaid where nobody has said anything", async () => {
  expect(await send("GET", config)).toMatchObject({ status: 200, json: { billingType: "PREPAID" } });
});

it("says how a developer pays, natively too", async () => {
  const { status, json } = await send("PUT", config, { body: { billingType: "POSTPAID" } });
  expect({ status, json }).toEqual({ status: 200, json: { billingType: "POSTPAID" } });
  expect((await send("GET", config)).json).toEqual({ billingType: "POSTPAID" });
  const { customers } = connectClients(service.url, tenant.reader);
  const asked = { organization: tenant.orgId, customer: "ann@example.com" };
  expect((await customers.getCustomer(asked)).customer?.billingType).toBe(BillingType.POSTPAID);
});

it("decides from the next charge on", async () => {
  const { currencies, ledger } = connectClients(service.url, tenant.admin);
  const organization = tenant.orgId;
  await currencies.updateCurrency({ allowMissing: true, organization, code: "USD", creditLimit: "10" });
  const charge = () =>
    ledger.createTransfer({
      organization,
      customer: "ann@example.com",
      currency: "USD",
      kind: TransferKind.CHARGE,
      amount: "4",
    });
  await expect(charge()).rejects.toThrow("insufficient funds");
  // A writer's word makes no debt that no admin has allowed.
  const beyond = await send("PUT", config, { body: { billingType: "POSTPAID" } });
  expect({ status: beyond.status, text: JSON.stringify(beyond.json) }).toEqual({
    status: 400,
    text: expect.stringContaining("CEILING_EXCEEDED"),
  });
  await currencies.updateCeiling({ organization, currency: "USD", debt: "10" });
  await send("PUT", config, { body: { billingType: "POSTPAID" } });
  await charge();
  await charge();
  await expect(charge()).rejects.toThrow("insufficient funds: 4 USD required, 2 available");
  await send("PUT", config, { body: { billingType: "PREPAID" } });
  await expect(charge()).rejects.toThrow("insufficient funds: 4 USD required, -8 available");
});

it("stays where the attribute that set it goes", async () => {
  const attributes = [{ name: "MINT_BILLING_TYPE", value: "POSTPAID" }];
  const developer = config.replace("/monetizationConfig", "");
  await send("PUT", developer, { body: developerOf("ann@example.com", { attributes }) });
  await send("DELETE", `${developer}/attributes/MINT_BILLING_TYPE`);
  expect((await send("GET", config)).json).toEqual({ billingType: "POSTPAID" });
  await send("PUT", developer, { body: developerOf("ann@example.com") });
  expect((await send("GET", config)).json).toEqual({ billingType: "POSTPAID" });
});

it.each([
  ["nothing", undefined, { billingType: "must be PREPAID or POSTPAID" }],
  [
    "unspecified",
    { billingType: "BILLING_TYPE_UNSPECIFIED" },
    { billingType: "must be PREPAID or POSTPAID" },
  ],
  ["both", { billingType: "BOTH" }, { billingType: 'expected one of PREPAID, POSTPAID, got "BOTH"' }],
  ["a field that there is not", { type: "PREPAID" }, { type: "there is no such field" }],
])("400: %s", async (_what, body, fields) => {
  const { status, json } = await send("PUT", config, { body });
  expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
});

it("403 and 404", async () => {
  const body = { billingType: "POSTPAID" };
  const reader = apigee(service, tenant, tenant.reader);
  expect(await reader("PUT", config, { body })).toMatchObject({ status: 403, json: forbidden });
  expect((await reader("GET", config)).status).toBe(200);
  const nobody = "/developers/nobody@example.com/monetizationConfig";
  const missing = { status: 404, json: noDeveloper("nobody@example.com") };
  expect(await send("GET", nobody)).toMatchObject(missing);
  expect(await send("PUT", nobody, { body })).toMatchObject(missing);
});
