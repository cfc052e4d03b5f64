import { type DescMethodUnary, getOption } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { RestDialect, rest_dialect } from "../../gen/tallystick/options/v1/options_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { outcomeOf, pathOf, protocols } from "./protocols.ts";
import { startWorld, type World } from "./world.ts";

const jsonProtocols = Object.entries(protocols).filter(([, { encoding }]) => encoding === "json");

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const send = (protocol: string, method: DescMethodUnary, request: object) => {
  const body = Buffer.from(JSON.stringify(request));
  const sent = protocols[protocol]?.send({ url: world.url, method, body, header: world.header });
  return sent ?? Promise.reject(new Error(protocol));
};

describe.each(jsonProtocols)("%s", (protocol) => {
  const transfer = () => ({
    organization: world.tenant.orgId,
    customer: world.tenant.billingId,
    kind: "TRANSFER_KIND_CHARGE",
    amount: "5",
    currency: "VC",
  });

  it("refuses a misspelled field, says which is meant, and books nothing", async () => {
    const outcome = await send(protocol, LedgerService.method.createTransfer, {
      ...transfer(),
      validatOnly: true,
    });
    expect(outcome).toMatchObject({
      code: Code.InvalidArgument,
      reason: "INVALID_FIELDS",
      fields: ["validatOnly"],
      message: "validatOnly: there is no such field; did you mean validateOnly?",
    });
  });

  it("refuses a misspelled field within a list", async () => {
    const { organization, ...request } = transfer();
    const batch = { organization, requests: [request, { ...request, kye: "order-1" }] };
    const outcome = await send(protocol, LedgerService.method.batchCreateTransfers, batch);
    expect(outcome).toMatchObject({ reason: "INVALID_FIELDS", fields: ["requests[1].kye"] });
  });

  it("refuses a name that no value of an enum has", async () => {
    const customer = { organization: world.tenant.orgId, name: "Ann", billingType: "POSTPAID" };
    const outcome = await send(protocol, CustomerService.method.createCustomer, customer);
    expect(outcome).toMatchObject({
      code: Code.InvalidArgument,
      reason: "INVALID_FIELDS",
      fields: ["billingType"],
    });
    expect(outcome.message).toContain("BILLING_TYPE_POSTPAID");
  });

  it("takes what the REST of an interface takes: Apigee X refuses, Frontier passes over", async () => {
    const developer = { organization: world.tenant.orgId, body: { email: "d@example.com", nickname: "D" } };
    const refused = await send(protocol, DeveloperService.method.createDeveloper, developer);
    expect(refused).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    const balance = { id: world.tenant.billingId, nickname: "D" };
    const answered = await send(protocol, FrontierService.method.getBillingBalance, balance);
    expect(answered).toEqual(outcomeOf(undefined));
  });
});

it("refuses a misspelled field in the query of a Connect GET", async () => {
  const query = new URLSearchParams({ connect: "v1", encoding: "json", message: '{"organisation": "demo"}' });
  const path = pathOf(LedgerService.method.listAccounts);
  const response = await fetch(`${world.url}${path}?${query}`, { headers: world.header });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: "invalid_argument",
    message: "organisation: there is no such field; did you mean organization?",
  });
});

it("refuses a misspelled field of every unary method whose dialect does", async () => {
  const strict = [
    RestDialect.UNSPECIFIED,
    RestDialect.NATIVE,
    RestDialect.APIGEE_X,
    RestDialect.APIGEE_MANAGEMENT,
  ];
  const methods = services({} as App)
    .filter(({ desc }) => strict.includes(getOption(desc, rest_dialect)))
    .flatMap(({ desc }) => desc.methods)
    .filter((method): method is DescMethodUnary => method.methodKind === "unary");
  expect(methods.length).toBeGreaterThan(30);
  for (const method of methods) {
    const outcome = await send("Connect JSON", method, { misspelled: 1 });
    expect({ method: method.name, ...outcome }).toMatchObject({
      method: method.name,
      code: Code.InvalidArgument,
      fields: ["misspelled"],
    });
  }
});
