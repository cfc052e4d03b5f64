import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { OveragePolicy } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { holdIdOf, ledgerCalls, transferIdOf } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let customer: string;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  customer = await newCustomer(service, tenant, { name: "Ann", attributes: { tier: "gold" } });
});
afterAll(() => service.stop());

const customers = (as = tenant.admin) => connectClients(service.url, as).customers;
const which = () => ({ organization: tenant.orgId, customer });

describe("update_mask", () => {
  const update = async (paths: string[], more: object = {}) =>
    (await customers().updateCustomer({ ...which(), updateMask: { paths }, ...more })).customer;

  it("changes what it names and nothing else, and empties what is unset", async () => {
    const more = { email: "ann@example.com", billingType: BillingType.POSTPAID, attributes: { a: "1" } };
    expect(await update(["email"], more)).toMatchObject({
      name: "Ann",
      email: "ann@example.com",
      billingType: BillingType.PREPAID,
      attributes: { tier: "gold" },
    });
    expect(await update(["name", "attributes"], more)).toMatchObject({ name: "", attributes: { a: "1" } });
    expect(await update(["billing_type"], more)).toMatchObject({ billingType: BillingType.POSTPAID });
  });

  it("without a path changes what is set", async () => {
    expect(await update([], { attributes: { a: "1" } })).toMatchObject({
      name: "Ann",
      attributes: { a: "1", tier: "gold" },
    });
  });

  it("replaces all with *", async () => {
    const more = { name: "Bob", billingType: BillingType.POSTPAID };
    expect(await update(["*"], more)).toMatchObject({ ...more, email: "", attributes: {} });
  });

  it("refuses a path that there is not, and a billing type that is none", async () => {
    const failure = await failureOf(update(["state", "billing_type", "x".repeat(5_000)]));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(["updateMask", "updateMask", "billingType"]);
    expect(failure.message.length).toBeLessThan(1_000);
  });

  it("is given over REST by its JSON names", async () => {
    const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${customer}`;
    const body = { updateMask: "name,billingType", billingType: "BILLING_TYPE_POSTPAID" };
    const answer = await restClient(service.url, tenant.admin).patch(path, body);
    expect(answer).toMatchObject({
      status: 200,
      body: { customer: { billingType: "BILLING_TYPE_POSTPAID", attributes: { tier: "gold" } } },
    });
    expect(answer.body).not.toHaveProperty("customer.name");
  });

  it.each(["billingTyp", "billing_typ", "name,billingTyp"])(
    "is told what it misspells in %j",
    async (mask) => {
      const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${customer}`;
      const rest = restClient(service.url, tenant.admin);
      const misspelt = mask.replace("name,", "");
      const message = `updateMask: names ${misspelt}; it may name name, email, billingType, attributes, or * for all of them`;
      const answers = [
        await rest.patch(path, { updateMask: mask }),
        await rest.post("/tallystick.v1.CustomerService/UpdateCustomer", { ...which(), updateMask: mask }),
      ];
      for (const { status, body } of answers)
        expect({ status, body }).toMatchObject({ status: 400, body: { message } });
    },
  );

  it.each(["Billing_type", "a name"])("is told %j as it was written, over REST and Connect", async (name) => {
    const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${customer}`;
    const rest = restClient(service.url, tenant.admin);
    const answers = [
      await rest.patch(path, { updateMask: name }),
      await rest.post("/tallystick.v1.CustomerService/UpdateCustomer", { ...which(), updateMask: name }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body).toHaveProperty("message", `updateMask: holds "${name}", which is the name of no field`);
    }
  });
});

describe("DisableCustomer and EnableCustomer", () => {
  it("refuse charges and let them be made again, over REST", async () => {
    const calls = ledgerCalls(service, tenant);
    await calls.credit("5", { customer });
    const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${customer}`;
    const client = restClient(service.url, tenant.writer);
    expect(await client.post(`${path}:disable`, {})).toMatchObject({
      status: 200,
      body: { customer: { id: customer, state: "CUSTOMER_STATE_DISABLED" } },
    });
    expect((await failureOf(calls.charge("1", { customer }))).reason).toBe("CUSTOMER_DISABLED");
    expect(await client.post(`${path}:enable`, {})).toMatchObject({
      body: { customer: { state: "CUSTOMER_STATE_ACTIVE" } },
    });
    expect(await calls.charge("1", { customer })).toMatchObject({ after: { posted: "4" } });
  });

  it("do not enable one whose email another has by now", async () => {
    const email = "once@example.com";
    const first = await newCustomer(service, tenant, { email });
    await customers().disableCustomer({ ...which(), customer: first });
    await newCustomer(service, tenant, { email });
    const failure = await failureOf(customers().enableCustomer({ ...which(), customer: first }));
    expect(failure).toMatchObject({ code: Code.AlreadyExists, metadata: { field: "email", name: email } });
  });

  it("do not enable a billing account beside another", async () => {
    await customers().disableCustomer({ ...which(), customer: tenant.billingId });
    const { body } = await restClient(service.url, tenant.writer).post(
      `/v1beta1/organizations/${tenant.orgId}/billing`,
      { body: { name: "next", email: "next@example.com" } },
    );
    expect(body).toHaveProperty("billing_account.id");
    const failure = await failureOf(customers().enableCustomer({ ...which(), customer: tenant.billingId }));
    expect(failure.reason).toBe("BILLING_ACCOUNT_ACTIVE");
  });
});

describe("DeleteCustomer", () => {
  it("needs a balance of 0, and leaves the history", async () => {
    const calls = ledgerCalls(service, tenant);
    await calls.credit("5", { customer });
    const failure = await failureOf(customers().deleteCustomer(which()));
    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CUSTOMER_NOT_SETTLED",
      metadata: { customer, currency: "VC", balance: "5", held: "0" },
    });
    await calls.charge("5", { customer });
    const path = `/tallystick/v1/organizations/${tenant.orgId}/customers/${customer}`;
    expect(await restClient(service.url, tenant.admin).delete(path)).toMatchObject({ status: 200, body: {} });
    for (const method of ["getCustomer", "deleteCustomer", "disableCustomer"] as const) {
      expect((await failureOf(customers()[method](which()))).code).toBe(Code.NotFound);
    }
    const { transfers } = await calls.ledger.listTransfers({ organization: tenant.orgId });
    expect(transfers).toHaveLength(2);
  });

  it("leaves nothing to be done with what there was, and answers what is known", async () => {
    const calls = ledgerCalls(service, tenant);
    await calls.credit("10", { customer, key: "gift" });
    const hold = holdIdOf(await calls.hold("10", { customer, ttl: { seconds: 1n } }));
    await until(async () => (await calls.ledger.getBalance({ ...which(), currency: "VC" })).held === "0");
    const charge = transferIdOf(await calls.charge("10", { customer }));
    await customers().deleteCustomer(which());
    for (const asked of [
      calls.capture(hold, { amount: "10", overage: OveragePolicy.ALLOW_DEBT }),
      calls.refund(charge),
      calls.credit("1", { customer }),
    ]) {
      expect(await failureOf(asked)).toMatchObject({ code: Code.NotFound, reason: "CUSTOMER_DELETED" });
    }
    expect(await calls.credit("10", { customer, key: "gift" })).toMatchObject({ replay: true });
  });

  it("erases what it is asked to, once more after the deletion", async () => {
    const id = await newCustomer(service, tenant, { email: "gone@example.com", name: "Gone" });
    await customers().deleteCustomer({ ...which(), customer: "gone@example.com" });
    await customers().deleteCustomer({ ...which(), customer: id.toUpperCase(), erasePersonalData: true });
    expect((await failureOf(customers().deleteCustomer({ ...which(), customer: uuidv7() }))).code).toBe(
      Code.NotFound,
    );
  });

  it("is for admins; states are for writers, too", async () => {
    for (const as of [tenant.reader, tenant.writer]) {
      expect((await failureOf(customers(as).deleteCustomer(which()))).code).toBe(Code.PermissionDenied);
    }
    expect((await failureOf(customers(tenant.reader).disableCustomer(which()))).code).toBe(
      Code.PermissionDenied,
    );
  });
});
