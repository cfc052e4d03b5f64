import { create } from "@bufbuild/protobuf";
import { UpdateCurrencyRequestSchema } from "../gen/tallystick/v1/currency_pb.ts";
import { BillingType, UpdateCustomerRequestSchema } from "../gen/tallystick/v1/customer_pb.ts";
import { edgeClient } from "./apigee-edge/edge-client.ts";
import { apigee, developerOf } from "./apigee-x/client.ts";
import { newCustomer } from "./support/customer.ts";
import { restClient } from "./support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "./support/service.ts";

/**
 * What one interface has written every other can read, and write again as it has read it, whereby nothing changes in any
 * interface.
 */

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

/** One interface's view of a thing, and how it writes what it has read. */
interface View {
  read(id: string): Promise<object>;
  writeBack(id: string): Promise<void>;
}

const everything = { updateMask: { paths: ["*"] } };

/** Without the times of changes, which every change sets. */
function timeless(shown: object): object {
  const { updateTime, lastModifiedAt, updated_at, ...rest } = shown as Record<string, unknown>;
  return rest;
}

async function expectNothingLost(id: string, views: Readonly<Record<string, View>>) {
  const shownNow = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(views).map(async ([face, { read }]) => [face, timeless(await read(id))]),
      ),
    );
  const before = await shownNow();
  for (const [face, { writeBack }] of Object.entries(views)) {
    await writeBack(id);
    expect({ afterUpdateBy: face, ...(await shownNow()) }).toEqual({ afterUpdateBy: face, ...before });
  }
}

describe("a currency", () => {
  const natively = (): View => {
    const { currencies } = connectClients(service.url, tenant.admin);
    const read = async (code: string) => {
      const { currency } = await currencies.getCurrency({ organization: tenant.orgId, code });
      if (currency === undefined) throw new Error(`${code} is not there`);
      return currency;
    };
    return {
      read,
      async writeBack(code) {
        const { $typeName: _, ...fields } = await read(code);
        const request = { ...fields, ...everything, organization: tenant.orgId };
        await currencies.updateCurrency(create(UpdateCurrencyRequestSchema, request));
      },
    };
  };
  const overEdge = (): View => {
    const edge = edgeClient(service, tenant);
    const read = async (code: string) =>
      (await edge.get(`/supported-currencies/${code.toLowerCase()}`)).body as object;
    return {
      read,
      async writeBack(code) {
        const body = await read(code);
        expect(await edge.put(`/supported-currencies/${code.toLowerCase()}`, { body })).toMatchObject({
          status: 200,
        });
      },
    };
  };
  const views = () => ({ native: natively(), edge: overEdge() });

  it.each([
    { name: "EUR", displayName: "Euro", description: "Of Europe", virtualCurrency: false, creditLimit: 1.25 },
    { name: "POINTS", displayName: "Points", description: "", virtualCurrency: true, minimumTopupAmount: 5 },
    { name: "USD", virtualCurrency: true },
    { name: "VC", status: "INACTIVE" },
  ])("of Edge: $name", async (body) => {
    const edge = edgeClient(service, tenant);
    expect(await edge.post("/supported-currencies", { body })).toMatchObject({ status: 201 });
    await expectNothingLost(body.name, views());
  });

  it.each([
    { code: "EUR", decimalPlaces: 2, creditLimit: "1.25", minimumTopUp: "0.5", captureOverdraft: "3" },
    { code: "POINTS", virtual: true, decimalPlaces: 4, creditLimit: "0.0001", displayName: "Points" },
    { code: "VC", state: 2 },
  ])("of the native interface: $code", async (said) => {
    const { currencies } = connectClients(service.url, tenant.admin);
    await currencies.createCurrency({ organization: tenant.orgId, ...said });
    await expectNothingLost(said.code, views());
  });

  it("of Edge stays virtual where it is no money", async () => {
    const edge = edgeClient(service, tenant);
    const body = { name: "POINTS", displayName: "Points", description: "Points", status: "ACTIVE" };
    await edge.post("/supported-currencies", { body: { ...body, virtualCurrency: true } });
    const put = await edge.put("/supported-currencies/points", { body: { ...body, virtualCurrency: false } });
    expect(put).toMatchObject({
      status: 400,
      body: {
        contexts: [{ name: "virtualCurrency", value: "must be true of POINTS, which is no ISO 4217 code" }],
      },
    });
  });
});

describe("a customer", () => {
  const natively = (): View => {
    const { customers } = connectClients(service.url, tenant.admin);
    const read = async (customer: string) => {
      const { customer: found } = await customers.getCustomer({ organization: tenant.orgId, customer });
      if (found === undefined) throw new Error(`${customer} is not there`);
      return found;
    };
    return {
      read,
      async writeBack(customer) {
        const { name, email, billingType, attributes } = await read(customer);
        const request = { name, email, billingType, attributes, ...everything };
        await customers.updateCustomer(
          create(UpdateCustomerRequestSchema, { ...request, organization: tenant.orgId, customer }),
        );
      },
    };
  };
  const overApigee = (collection: string, name = (id: string) => id): View => {
    const send = apigee(service, tenant, tenant.admin);
    const read = async (id: string) => (await send("GET", `/${collection}/${name(id)}`)).json as object;
    return {
      read,
      async writeBack(id) {
        const put = await send("PUT", `/${collection}/${name(id)}`, { body: await read(id) });
        expect({ status: put.status, text: put.text }).toMatchObject({ status: 200 });
      },
    };
  };
  const overFrontier = (): View => {
    const rest = restClient(service.url, tenant.admin);
    const path = (id: string) => `/v1beta1/organizations/${tenant.orgId}/billing/${id}`;
    const read = async (id: string) => {
      const { body } = await rest.get(path(id));
      return (body as { billing_account: object }).billing_account;
    };
    return {
      read,
      async writeBack(id) {
        const { body } = { body: await read(id) };
        expect(await rest.put(path(id), { body })).toMatchObject({ status: 200 });
      },
    };
  };
  const long = { name: "n".repeat(1_024), value: "v".repeat(2_048) };
  const odd = [{ name: "z", value: "1" }, { name: "10", value: "" }, { name: "2", value: "é" }, long];

  it.each([
    ["in full", { attributes: [...odd, { name: "MINT_BILLING_TYPE", value: "POSTPAID" }], appFamily: "a" }],
    ["at its least", {}],
  ])("that is a developer of Apigee X, %s", async (_, more) => {
    const send = apigee(service, tenant, tenant.admin);
    const made = await send("POST", "/developers", { body: developerOf("ann@example.com", more) });
    const { developerId } = made.json as { developerId: string };
    await expectNothingLost(developerId, { native: natively(), x: overApigee("developers") });
  });

  it("that is an app group of Apigee X", async () => {
    const send = apigee(service, tenant, tenant.admin);
    const body = { name: "Acme", displayName: "Acme Inc.", channelId: "c", email: "a@b", attributes: odd };
    const made = await send("POST", "/appgroups", { body });
    const { appGroupId } = made.json as { appGroupId: string };
    const { customers } = connectClients(service.url, tenant.admin);
    const views = { native: natively(), x: overApigee("appgroups", () => "Acme") };
    await expectNothingLost(appGroupId, views);
    const attributes = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`a${at}`, "1"]));
    await customers.updateCustomer({ organization: tenant.orgId, customer: appGroupId, attributes });
    await expectNothingLost(appGroupId, views);
  });

  it("that is a billing account of Frontier", async () => {
    const rest = restClient(service.url, tenant.admin);
    const path = `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}`;
    const address = { line1: "1 Way", city: "Rome", country: "it" };
    const body = {
      ...{ name: "Acme Inc.", email: "Billing@Acme.example", phone: "1", address, currency: "eur" },
      ...{ tax_data: [{ type: "vat", id: "1" }], metadata: { a: [1, null] } },
    };
    expect(await rest.put(path, { body })).toMatchObject({ status: 200 });
    await expectNothingLost(tenant.billingId, {
      native: natively(),
      x: overApigee("developers"),
      frontier: overFrontier(),
    });
  });

  it.each([
    [
      "in full",
      {
        ...{ name: "Acme", email: "Ann@Example.com", billingType: BillingType.POSTPAID },
        attributes: Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`a${at}`, String(at)])),
      },
    ],
    ["without anything", {}],
  ])("of the native interface, %s", async (_, said) => {
    const customer = await newCustomer(service, tenant, said);
    await newCustomer(service, tenant);
    await expectNothingLost(customer, { native: natively(), x: overApigee("developers") });
  });
});
