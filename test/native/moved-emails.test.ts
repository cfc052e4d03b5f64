import {
  type DescMethodServerStreaming,
  type DescMethodUnary,
  ScalarType,
  toJsonString,
} from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { holdIdOf, ledgerCalls } from "./ledger-calls.ts";

/** Every method of every face that goes on by a page token, when the email by which it was asked has gone to another customer. */

/** Fields that may mean another customer a page later. */
const movable = new Set(["customer"]);
/** Fields that mean the same for ever, or of which the token has the id. */
const fixed = new Set([
  ...["organization", "account", "counter_account", "currency", "page_token", "source", "reason"],
  ...["created_by", "metadata_key", "metadata_value", "actor", "verb", "target", "filter", "expand"],
  // An organization's id or name, and the id of a billing account; where that is left out, the token has it.
  ...["org_id", "billing_id"],
]);
type ListMethod = DescMethodUnary | DescMethodServerStreaming;

const lists = services({} as App)
  .flatMap(({ desc }) => desc.methods as readonly ListMethod[])
  .filter(({ input }) => input.fields.some(({ name }) => name === "page_token"));
const textsOf = ({ input }: ListMethod) =>
  input.fields
    .filter((field) => "scalar" in field && field.scalar === ScalarType.STRING)
    .map(({ name }) => name);
const byEmail = lists.filter((method) => textsOf(method).some((name) => movable.has(name)));
/** What may be asked for beside a customer, where that makes another list of it. */
const ways: Readonly<Record<string, readonly object[]>> = {
  ListTransfers: [{}, { ascending: true }, { metadataKey: "trip" }],
};
const asked = byEmail.flatMap((method) =>
  (ways[method.name] ?? [{}]).map(
    (more) => [`${method.name} ${JSON.stringify(more)}`, method, more] as const,
  ),
);

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 10 });
});
afterAll(() => service.stop());

/** What a list answers for some fields: a message, or a stream of them. */
async function answers(method: ListMethod, fields: object) {
  const transport = createConnectTransport({ baseUrl: service.url, httpVersion: "1.1" });
  const header = { authorization: basic(tenant.admin) };
  const request = { organization: tenant.orgId, pageSize: 1, ...fields };
  const messages: unknown[] = [];
  if (method.methodKind === "unary") {
    messages.push((await transport.unary(method, undefined, undefined, header, request)).message);
  } else {
    const input = (async function* () {
      yield request;
    })();
    const { message } = await transport.stream(method, undefined, undefined, header, input);
    for await (const each of message) messages.push(each);
  }
  return messages.map((message) => ({
    nextPageToken: (message as { nextPageToken: string }).nextPageToken,
    json: toJsonString(method.output, message as never),
  }));
}

/** Gives a customer two rows at least in each list of a ledger. */
async function fill(customer: string): Promise<void> {
  const calls = ledgerCalls(service, tenant);
  const metadata = { trip: "7" };
  for (const currency of ["EUR", "VC", "VC"]) await calls.credit("5", { customer, currency, metadata });
  for (const key of ["1", "2"]) {
    holdIdOf(await calls.hold("1", { customer }));
    await failureOf(calls.charge("100", { customer, key: `${customer} ${key}` }));
  }
  const { ledger } = calls;
  await until(async () => {
    const { refusals } = await ledger.listRefusals({ organization: tenant.orgId, customer });
    return refusals.length === 2;
  });
}

it("of every field is known whether it may mean another customer a page later", () => {
  expect(byEmail.length).toBeGreaterThan(4);
  expect(lists.flatMap(textsOf).filter((name) => !movable.has(name) && !fixed.has(name))).toEqual([]);
});

describe("a page token of a customer who was named by an email", () => {
  const email = "moved@example.com";
  const tokens = new Map<string, string>();
  let [mover, newcomer] = ["", ""];
  beforeAll(async () => {
    mover = await newCustomer(service, tenant, { email });
    await fill(mover);
    for (const [name, method, more] of asked) {
      const [first] = await answers(method, { customer: email, ...more });
      tokens.set(name, first?.nextPageToken ?? "");
    }
    const { customers } = connectClients(service.url, tenant.writer);
    const gone = { organization: tenant.orgId, customer: mover, email: "gone@example.com" };
    await customers.updateCustomer(gone);
    newcomer = await newCustomer(service, tenant, { email });
    await fill(newcomer);
  });

  it.each(asked)("goes on with nobody else, asked of %s", async (name, method, more) => {
    const pageToken = tokens.get(name);
    expect(pageToken).toMatch(/./);
    const rest = answers(method, { customer: email, ...more, pageToken });
    if (method.methodKind === "unary") {
      const failure = await failureOf(rest);
      expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
      expect(faultyFields(failure)).toEqual(["page_token"]);
    } else {
      // An export goes on with whom it has begun with.
      const texts = (await rest).map(({ json }) => json).join();
      expect(texts).toContain(mover);
      expect(texts).not.toContain(newcomer);
    }
  });
});

it("refuses to go on with the billing account that an organization has since", async () => {
  const { orgId, billingId, admin } = await service.tenant({ credits: 5 });
  await service.credit({ orgId, billingId }, "6");
  const { frontier } = connectClients(service.url, admin);
  const first = await frontier.listBillingTransactions({ orgId, pageSize: 1 });
  const asked = { orgId, pageSize: 1, pageToken: first.nextPageToken };
  expect((await frontier.listBillingTransactions(asked)).transactions).toHaveLength(1);
  await frontier.disableBillingAccount({ id: billingId });
  await frontier.createBillingAccount({ orgId, body: { name: "Second" } });
  const failure = await failureOf(frontier.listBillingTransactions(asked));
  expect(faultyFields(failure)).toEqual(["pageToken"]);
});
