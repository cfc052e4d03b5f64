import { randomUUID } from "node:crypto";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { protocols } from "./protocols.ts";
import { sendRest } from "./rest.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage } = FrontierService.method;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const filledIn = (json: string) => json.replaceAll("ORG", world.tenant.orgId);
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

interface Refused {
  readonly code: Code;
  readonly fields?: readonly string[];
  readonly reason?: string;
}
const invalid = (...fields: string[]): Refused => ({ code: Code.InvalidArgument, fields });

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
  ["a million brackets", "[".repeat(1_000_000), { code: Code.InvalidArgument, reason: "MALFORMED_JSON" }],
])("%s", (_, json, refused) => {
  it("is refused over every RPC protocol", async () => {
    const body = Buffer.from(filledIn(json));
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      if (encoding === "binary") continue;
      const outcome = await send({ url: world.url, method: createBillingUsage, body, header: world.header });
      expect({ protocol, ...outcome }).toMatchObject({ protocol, ...refused });
      expect(outcome.message).not.toBe("");
    }
  });

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
  ["nothing", () => new Uint8Array(), invalid("org_id")],
])("%s in binary", (_, bytes, refused) => {
  it("is refused over every RPC protocol", async () => {
    const call = { url: world.url, method: createBillingUsage, body: bytes(), header: world.header };
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      if (encoding === "json") continue;
      expect({ protocol, ...(await send(call)) }).toMatchObject({ protocol, ...refused });
    }
  });
});

function deepStruct(levels: number): Uint8Array {
  // From the inside out, with nothing copied before the end.
  const parts: Uint8Array[] = [new BinaryWriter().tag(4, 0).bool(true).finish()];
  let length = parts[0]?.length ?? 0;
  for (let level = 0; level < levels; level += 1) {
    for (const field of [1, 6]) {
      const prefix = new BinaryWriter().tag(field, 2).uint32(length).finish();
      parts.push(prefix);
      length += prefix.length;
    }
  }
  return struct(Buffer.concat(parts.reverse()));
}

it("gives the end of a stream that Connect refuses a reason", async () => {
  const headers = { "content-type": "application/connect+json", "connect-content-encoding": "zstd" };
  const url = `${world.url}/grpc.health.v1.Health/Watch`;
  const answer = await fetch(url, { method: "POST", headers, body: Buffer.alloc(5) });
  const end = Buffer.from(await answer.arrayBuffer());
  expect(end[0]).toBe(2);
  expect(JSON.parse(end.subarray(5).toString())).toMatchObject({
    error: { code: "unimplemented", details: [{ type: "google.rpc.ErrorInfo" }] },
  });
});
