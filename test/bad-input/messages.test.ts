import { randomUUID } from "node:crypto";
import {
  type DescMessage,
  type DescMethodUnary,
  fromJson,
  type JsonValue,
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { CredentialService } from "../../gen/tallystick/v1/credential_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { OrganizationService } from "../../gen/tallystick/v1/organization_pb.ts";
import { connectClients } from "../support/service.ts";
import { protocols } from "./protocols.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage, createBillingAccount, getBillingBalance, listBillingTransactions } =
  FrontierService.method;
const { createTransfer } = LedgerService.method;
const { createOrganization, getOrganization, listOrganizations } = OrganizationService.method;
const { createCredential, listCredentials, revokeCredential } = CredentialService.method;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

/** What the tenant's ids are put in for, so that tables can stand before there is a tenant. */
const filledIn = (json: string) =>
  json.replaceAll("ORG", world.tenant.orgId).replaceAll("ACCOUNT", world.tenant.billingId);

const usage = (fields: object) => ({ id: randomUUID(), source: "test", amount: "1", ...fields });
const usages = (fields: object) => ({ org_id: "ORG", usages: [usage({}), usage(fields)] });
const transfer = (fields: object) => ({
  organization: "ORG",
  customer: "ACCOUNT",
  kind: "TRANSFER_KIND_CREDIT",
  amount: "1",
  currency: "VC",
  ...fields,
});
const token = (text: string) => Buffer.from(text).toString("base64url");

interface Refused {
  readonly code: Code;
  readonly fields?: readonly string[];
  readonly reason?: string;
}
const invalid = (...fields: string[]): Refused => ({ code: Code.InvalidArgument, fields });
const missing: Refused = { code: Code.NotFound, reason: "NOT_FOUND" };

describe.each<[string, DescMethodUnary<DescMessage, DescMessage>, JsonValue, Refused]>([
  ["an id that is no UUID", createBillingUsage, usages({ id: "1" }), invalid("usages[1].id")],
  ["no id", createBillingUsage, usages({ id: "" }), invalid("usages[1].id")],
  ["an unknown type", createBillingUsage, usages({ type: "gold" }), invalid("usages[1].type")],
  [
    "a source that is too long",
    createBillingUsage,
    usages({ source: "x".repeat(1_025) }),
    invalid("usages[1].source"),
  ],
  ["NUL in a text", createBillingUsage, usages({ description: "a\0b" }), invalid("usages[1].description")],
  [
    "NUL in a metadata key",
    createBillingUsage,
    usages({ metadata: { "a\0": 1 } }),
    invalid("usages[1].metadata"),
  ],
  ["NUL in metadata", createBillingUsage, usages({ metadata: { a: ["\0"] } }), invalid("usages[1].metadata")],
  [
    "metadata of 70 kB",
    createBillingUsage,
    usages({ metadata: { a: "x".repeat(70_000) } }),
    invalid("usages[1].metadata"),
  ],
  ["an empty list", createBillingUsage, { org_id: "ORG", usages: [] }, invalid("usages")],
  ["no organization", createBillingUsage, { usages: [usage({})] }, invalid("org_id")],
  [
    "an account id that is no UUID",
    createBillingUsage,
    { ...usages({}), billing_id: "x" },
    invalid("billing_id"),
  ],
  ["an unknown account", getBillingBalance, { id: randomUUID() }, missing],
  ["SQL as an account", getBillingBalance, { id: "' or 1=1 --" }, invalid("id")],
  ["SQL as an organization", getOrganization, { organization: "x'; drop table accounts; --" }, missing],
  ["__proto__ as an organization", getOrganization, { organization: "__proto__" }, missing],
  ["constructor as an organization", getOrganization, { organization: "constructor" }, missing],
  ["NUL as an organization", getOrganization, { organization: "a\0b" }, missing],
  ["a name of 100,000 characters", getOrganization, { organization: "é".repeat(100_000) }, missing],
  [
    "a bad name",
    createOrganization,
    { name: "a b", id: "x", frontier_currency: "vc" },
    invalid("id", "name", "frontier_currency"),
  ],
  ["no body", createBillingAccount, { org_id: "ORG" }, invalid("body")],
  [
    "a bad email",
    createBillingAccount,
    { org_id: "ORG", body: { email: "a b", currency: "credits" } },
    invalid("body.currency", "body.email"),
  ],
  ["no kind", createTransfer, transfer({ kind: 0 }), invalid("kind")],
  ["an enum value that does not exist", createTransfer, transfer({ kind: 99 }), invalid("kind")],
  ["an unknown currency", createTransfer, transfer({ currency: "XXQ" }), invalid("currency")],
  ["a currency in lower case", createTransfer, transfer({ currency: "usd" }), invalid("currency")],
  ["a key that is too long", createTransfer, transfer({ key: "k".repeat(256) }), invalid("key")],
  ["SQL as a customer", createTransfer, transfer({ customer: "'; delete from entries; --" }), missing],
  ["NUL as a customer", createTransfer, transfer({ customer: "\0" }), invalid("customer")],
  ["no role", createCredential, { organization: "ORG" }, invalid("role")],
  ["NUL as a client id", revokeCredential, { organization: "ORG", client_id: "\0" }, invalid("client_id")],
  ["a page of less than nothing", listOrganizations, { page_size: -2_147_483_648 }, invalid("page_size")],
  [
    "a huge page of Frontier's",
    listBillingTransactions,
    { org_id: "ORG", page_size: 2_147_483_647 },
    invalid("page_size"),
  ],
  ["garbage as a page token", listOrganizations, { page_token: "%%%" }, invalid("page_token")],
  [
    "a token of the year 33658",
    listOrganizations,
    { page_token: token(`999999999999999 ${randomUUID()}`) },
    invalid("page_token"),
  ],
  ["a token with no id", listOrganizations, { page_token: token("1 x") }, invalid("page_token")],
  ["a token with NUL", listCredentials, { page_token: token("1 a\0b") }, invalid("page_token")],
  [
    "another method's token",
    listBillingTransactions,
    { org_id: "ORG", page_token: token("1 x") },
    invalid("page_token"),
  ],
  [
    "a token of 100,000 characters",
    listBillingTransactions,
    { org_id: "ORG", page_token: "A".repeat(100_000) },
    invalid("page_token"),
  ],
])("%s", (_, method, request, refused) => {
  it("is refused over every RPC protocol", async () => {
    const json = filledIn(JSON.stringify(request));
    const bodies = {
      json: Buffer.from(json),
      binary: toBinary(method.input, fromJson(method.input, JSON.parse(json))),
    };
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      const call = { url: world.url, method, body: bodies[encoding], header: world.header };
      const outcome = await send(call);
      expect({ protocol, ...outcome }).toMatchObject({ protocol, ...refused });
      expect(outcome.message.length).toBeLessThan(4_096);
    }
  });
});

it.each([
  { seconds: 253_402_300_800n, nanos: 0 },
  { seconds: -62_135_596_801n, nanos: 0 },
  { seconds: 2n ** 63n - 1n, nanos: 0 },
  { seconds: -(2n ** 63n), nanos: -1 },
])("refuses a range of time that begins at %o", async (moment) => {
  for (const [name, field] of Object.entries({
    since: "since",
    startRange: "start_range",
    endRange: "end_range",
  })) {
    const bytes = new BinaryWriter().tag(1, 0).int64(moment.seconds).tag(2, 0).int32(moment.nanos).finish();
    const number = listBillingTransactions.input.field[name as "since"].number;
    const body = new BinaryWriter().tag(1, 2).string(world.tenant.orgId).tag(number, 2).bytes(bytes).finish();
    for (const { encoding, send } of Object.values(protocols)) {
      if (encoding === "json") continue;
      const call = { url: world.url, method: listBillingTransactions, body, header: world.header };
      expect(await send(call)).toMatchObject(invalid(field));
    }
  }
});

it("names as many faults as a gRPC client can take, and how many there are", async () => {
  const many = Array.from({ length: 1_000 }, () => usage({ amount: "101" }));
  const json = filledIn(JSON.stringify({ org_id: "ORG", usages: many }));
  const body = toBinary(createBillingUsage.input, fromJson(createBillingUsage.input, JSON.parse(json)));
  for (const { encoding, send } of Object.values(protocols)) {
    if (encoding === "json") continue;
    const outcome = await send({ url: world.url, method: createBillingUsage, body, header: world.header });
    expect(outcome).toMatchObject({ code: Code.InvalidArgument, reason: "INSUFFICIENT_FUNDS" });
    expect(outcome.fields).toHaveLength(20);
  }
});

it("keeps metadata that look like SQL or like parts of JavaScript, and takes them for what they are", async () => {
  const { service } = world;
  const tenant = await service.tenant({ credits: 1 });
  const metadata = {
    "'; drop table entries; --": "$1",
    constructor: { prototype: { admin: true } },
    toString: "x",
  };
  const { frontier } = connectClients(world.url, tenant.writer);
  await frontier.createBillingUsage({
    orgId: tenant.orgId,
    usages: [{ id: randomUUID(), amount: 1n, metadata }],
  });
  const { transactions } = await frontier.listBillingTransactions({ orgId: tenant.orgId });
  expect(transactions[0]?.metadata).toEqual(metadata);
  expect(Object.prototype).not.toHaveProperty("admin");
});
