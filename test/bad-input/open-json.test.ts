import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code } from "@connectrpc/connect";
import { CreateTransferRequestSchema, LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { protocols } from "./protocols.ts";
import { sendRest } from "./rest.ts";
import { startWorld, type World } from "./world.ts";

const { createTransfer } = LedgerService.method;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

/** A transfer with this JSON for its metadata. */
function transfer(metadata: string): string {
  const { orgId, billingId } = world.tenant;
  return `{"organization": "${orgId}", "customer": "${billingId}", "kind": "TRANSFER_KIND_CREDIT", "amount": "1",
    "currency": "VC", "metadata": ${metadata}}`;
}

describe.each([
  ['{"order": 9007199254740993}', "order"],
  ['{"orders": [1, {"id": -9007199254740993}]}', "orders[1].id"],
  ['{"order": 9007199254740993e0}', "order"],
  ['{"order": 1e400}', "order"],
  ['{"share": 0.12345678901234567890}', "share"],
])("the metadata %s", (metadata, place) => {
  it.each(Object.entries(protocols).filter(([, { encoding }]) => encoding === "json"))(
    "is refused over %s",
    async (_, { send }) => {
      const body = Buffer.from(transfer(metadata));
      const outcome = await send({ url: world.url, method: createTransfer, body, header: world.header });
      expect(outcome).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
      expect(outcome.message).toContain("which a double cannot hold; send it as text");
      expect(outcome.message).toContain(place);
    },
  );

  it("is refused over REST", async () => {
    const url = `${world.url}/tallystick/v1/organizations/${world.tenant.orgId}/transfers`;
    const { organization, ...request } = JSON.parse(transfer("{}"));
    const body = JSON.stringify(request).replace('"metadata":{}', `"metadata":${metadata}`);
    const outcome = await sendRest(url, { headers: world.header, body });
    expect(outcome).toMatchObject({ status: 400, reason: "INVALID_FIELDS", fields: ["metadata"] });
    expect(outcome.message).toContain("which a double cannot hold; send it as text");
    expect(outcome.message).toContain(place);
  });
});

const binary = Object.entries(protocols).filter(([, { encoding }]) => encoding === "binary");
it.each(binary)("the key __proto__ is refused over %s", async (_, { send }) => {
  const entry = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string("__proto__")
    .tag(2, WireType.LengthDelimited)
    .bytes(new BinaryWriter().tag(3, WireType.LengthDelimited).string("x").finish())
    .finish();
  const struct = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(entry).finish();
  const { number } = CreateTransferRequestSchema.field.metadata;
  const body = new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(struct).finish();
  const outcome = await send({
    url: world.url,
    method: createTransfer,
    body,
    header: world.header,
  });
  expect(outcome).toMatchObject({
    code: Code.InvalidArgument,
    reason: "INVALID_FIELDS",
    fields: ["metadata"],
  });
  expect(outcome.message).toContain("__proto__");
});
