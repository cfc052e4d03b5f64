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
import { sendRest } from "./rest.ts";
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
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
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
    usages({ source: "x".repeat(256) }),
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
    "metadata of 20 kB",
    createBillingUsage,
    usages({ metadata: { a: "x".repeat(20_000) } }),
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
  ["a name of a million characters", getOrganization, { organization: "é".repeat(1_000_000) }, missing],
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
  ["a huge page", listOrganizations, { page_size: 2_147_483_647 }, invalid("page_size")],
  ["a page of less than nothing", listCredentials, { page_size: -1 }, invalid("page_size")],
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
    "a token of a million characters",
    listBillingTransactions,
    { org_id: "ORG", page_token: "A".repeat(1_000_000) },
    invalid("page_token"),
  ],
])("%s", (_, method, request, refused) => {
  it.each(Object.entries(protocols))("is refused over %s", async (_protocol, { encoding, send }) => {
    const json = filledIn(JSON.stringify(request));
    const body =
      encoding === "json"
        ? Buffer.from(json)
        : toBinary(method.input, fromJson(method.input, JSON.parse(json)));
    const outcome = await send({ url: world.url, method, body, header: world.header });
    expect(outcome).toMatchObject(refused);
    expect(outcome.message.length).toBeLessThan(4_096);
  });
});

describe.each<[string, string, Refused]>([
  ["no JSON", "{nope", { code: Code.InvalidArgument, reason: "MALFORMED_JSON" }],
  [
    "half a JSON",
    '{"org_id":"ORG","usages":[{"id":',
    { code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ],
  ["a list as a message", "[]", { code: Code.InvalidArgument }],
  [
    "a key twice",
    '{"org_id":"ORG","org_id":"ORG"}',
    { code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ],
  [
    "a key twice in metadata",
    `{"org_id":"ORG","usages":[{"metadata":{"a":1,"a":2}}]}`,
    { code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ],
  ["a field by both its names", '{"org_id":"ORG","orgId":"ORG"}', { code: Code.InvalidArgument }],
  ["a list as a text", '{"org_id":["ORG"]}', { code: Code.InvalidArgument }],
  ["a text as a list", '{"org_id":"ORG","usages":"x"}', { code: Code.InvalidArgument }],
  ["a number as a message", '{"org_id":"ORG","usages":[1]}', { code: Code.InvalidArgument }],
  ["half a surrogate pair", '{"org_id":"ORG\\ud800"}', { code: Code.InvalidArgument }],
  [
    "half a surrogate pair in metadata",
    `{"org_id":"ORG","usages":[{"id":"${randomUUID()}","amount":1,"metadata":{"a":"\\udc00"}}]}`,
    { code: Code.InvalidArgument, fields: ["usages[0].metadata"] },
  ],
  [
    "__proto__ in metadata",
    `{"org_id":"ORG","usages":[{"id":"${randomUUID()}","amount":1,"metadata":{"__proto__":{"a":1}}}]}`,
    { code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ],
  [
    "metadata of 10,000 levels",
    `{"org_id":"ORG","usages":[{"metadata":${nested(10_000)}}]}`,
    { code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ],
  [
    "an unknown field of 10,000 levels",
    `{"org_id":"ORG","nope":${nested(10_000)}}`,
    { code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ],
  [
    "100,000 usages",
    `{"org_id":"ORG","usages":[${Array(100_000).fill("{}").join()}]}`,
    { code: Code.InvalidArgument, fields: ["usages"] },
  ],
  ["4 million brackets", "[".repeat(4_000_000), { code: Code.InvalidArgument, reason: "MALFORMED_JSON" }],
])("%s", (_, json, refused) => {
  it.each(Object.entries(protocols).filter(([, { encoding }]) => encoding === "json"))(
    "is refused over %s",
    async (_protocol, { send }) => {
      const body = Buffer.from(filledIn(json));
      const outcome = await send({ url: world.url, method: createBillingUsage, body, header: world.header });
      expect(outcome).toMatchObject(refused);
      expect(outcome.message).not.toBe("");
    },
  );

  it("is refused over REST", async () => {
    const init = { headers: world.header, body: filledIn(json) };
    const outcome = await sendRest(`${world.url}${world.accountPath}/usages`, init);
    expect(outcome).toMatchObject({ status: 400, ...refused });
  });
});

/** CreateBillingUsageRequest with one usage, whose metadata are these bytes. */
const withMetadata = (metadata: Uint8Array) => {
  const usageBytes = new BinaryWriter()
    .tag(1, 2)
    .string(randomUUID())
    .tag(6, 0)
    .int64(1n)
    .tag(20, 2)
    .bytes(metadata);
  return new BinaryWriter()
    .tag(1, 2)
    .string(world.tenant.orgId)
    .tag(3, 2)
    .bytes(usageBytes.finish())
    .finish();
};
/** A google.protobuf.Struct with one field. */
const struct = (value: Uint8Array) =>
  new BinaryWriter().tag(1, 2).fork().tag(1, 2).string("a").tag(2, 2).bytes(value).join().finish();

describe.each<[string, () => Uint8Array, Refused]>([
  [
    "a message that is cut off",
    () => withMetadata(struct(new Uint8Array())).subarray(0, -3),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  ["garbage", () => Buffer.alloc(1_000, 0xff), { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" }],
  [
    "JSON as binary",
    () => Buffer.from('{"org_id":"x"}'),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  [
    "a length beyond the end",
    () => Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  [
    "overlong UTF-8",
    () => Buffer.from([0x0a, 0x02, 0xc0, 0xaf]),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  [
    "an encoded surrogate",
    () => Buffer.from([0x0a, 0x03, 0xed, 0xa0, 0x80]),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  [
    "NaN in metadata",
    () => withMetadata(struct(new BinaryWriter().tag(2, 1).double(Number.NaN).finish())),
    invalid("usages[0].metadata"),
  ],
  [
    "Infinity in metadata",
    () => withMetadata(struct(new BinaryWriter().tag(2, 1).double(Infinity).finish())),
    invalid("usages[0].metadata"),
  ],
  [
    "metadata of 10,000 levels",
    () => withMetadata(deepStruct(10_000)),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  [
    "groups of 10,000 levels",
    () => Buffer.alloc(10_000, 0x7b),
    { code: Code.InvalidArgument, reason: "MALFORMED_MESSAGE" },
  ],
  ["nothing", () => new Uint8Array(), invalid("usages")],
])("%s in binary", (_, bytes, refused) => {
  it.each(Object.entries(protocols).filter(([, { encoding }]) => encoding === "binary"))(
    "is refused over %s",
    async (_protocol, { send }) => {
      const call = { url: world.url, method: createBillingUsage, body: bytes(), header: world.header };
      expect(await send(call)).toMatchObject(refused);
    },
  );
});

function deepStruct(levels: number): Uint8Array {
  let value: Uint8Array = new BinaryWriter().tag(4, 0).bool(true).finish();
  for (let level = 0; level < levels; level += 1) {
    value = new BinaryWriter().tag(6, 2).fork().tag(1, 2).bytes(value).join().finish();
  }
  return struct(value);
}

it.each([
  { seconds: 253_402_300_800n, nanos: 0 },
  { seconds: -62_135_596_801n, nanos: 0 },
  { seconds: 2n ** 63n - 1n, nanos: 0 },
  { seconds: -(2n ** 63n), nanos: -1 },
])("refuses a range of time that begins at %o", async (moment) => {
  const { frontier } = connectClients(world.url, world.tenant.reader);
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
  await frontier.listBillingTransactions({ orgId: world.tenant.orgId });
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
