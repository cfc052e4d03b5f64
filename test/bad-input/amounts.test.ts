import { randomUUID } from "node:crypto";
import { create, fromJson, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  CreateBillingUsageRequestSchema,
  FrontierService,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import {
  CreateTransferRequestSchema,
  LedgerService,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients } from "../support/service.ts";
import { protocols } from "./protocols.ts";
import { sendRest } from "./rest.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage } = FrontierService.method;
const { createTransfer } = LedgerService.method;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

describe.each([
  "0.1234567891",
  "12345678901234567890",
  "-1",
  "NaN",
  "Infinity",
  "1e3",
  "",
  " 1",
  "1 ",
  "1\n",
  "+1",
  "٣",
  "0",
  "0.000000000",
  "-0",
  ".5",
  "1.",
  "1,5",
  "0x10",
  "1\0",
  "1.5",
])("a transfer of %j credits", (amount) => {
  const fields = () => ({
    organization: world.tenant.orgId,
    customer: world.tenant.billingId,
    kind: TransferKind.CREDIT,
    amount,
    currency: "VC",
  });
  // How many places are too many is a matter of the currency, and so a refusal of the ledger's own.
  const reason = amount === "1.5" ? "TOO_MANY_PLACES" : "INVALID_FIELDS";
  const refused = { code: Code.InvalidArgument, reason, fields: ["amount"] };

  it("is refused over every RPC protocol", async () => {
    const bodies = {
      json: Buffer.from(JSON.stringify(fields())),
      binary: toBinary(CreateTransferRequestSchema, create(CreateTransferRequestSchema, fields())),
    };
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      const call = { url: world.url, method: createTransfer, body: bodies[encoding], header: world.header };
      expect({ protocol, ...(await send(call)) }).toMatchObject({ protocol, ...refused });
    }
  });

  it("is refused over REST", async () => {
    const url = `${world.url}/tallystick/v1/organizations/${world.tenant.orgId}/transfers`;
    const init = { headers: world.header, body: JSON.stringify(fields()) };
    expect(await sendRest(url, init)).toMatchObject({ ...refused, status: 400 });
  });
});

const usageOf = (amount: string) =>
  `{"org_id":"${world.tenant.orgId}","usages":[{"id":"${randomUUID()}","source":"test","amount":${amount}}]}`;

describe.each([
  "-1",
  "1.5",
  "true",
  "[1]",
  "{}",
  '""',
  '"abc"',
  '"1.5"',
  '"9223372036854775808"',
  "9223372036854775808",
  "-9223372036854775809",
  "1.00000000000000000001",
  "1e400",
])("a usage of %s", (amount) => {
  it("is refused over every RPC protocol", async () => {
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      if (encoding === "binary") continue;
      const body = Buffer.from(usageOf(amount));
      const call = { url: world.url, method: createBillingUsage, body, header: world.header };
      const outcome = await send(call);
      expect({ protocol, ...outcome }).toMatchObject({ protocol, code: Code.InvalidArgument });
      expect(outcome.message).not.toBe("");
    }
  });

  it("is refused over REST", async () => {
    const init = { headers: world.header, body: usageOf(amount) };
    const outcome = await sendRest(`${world.url}${world.accountPath}/usages`, init);
    expect(outcome).toMatchObject({ status: 400, code: Code.InvalidArgument, fields: ["usages[0].amount"] });
  });
});

describe.each(["-1", "-9223372036854775808"])("a usage of %s in binary", (amount) => {
  it("is refused over every RPC protocol", async () => {
    const request = fromJson(CreateBillingUsageRequestSchema, JSON.parse(usageOf(`"${amount}"`)));
    const body = toBinary(CreateBillingUsageRequestSchema, request);
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      if (encoding === "json") continue;
      const call = { url: world.url, method: createBillingUsage, body, header: world.header };
      const refused = { protocol, code: Code.InvalidArgument, fields: ["usages[0].amount"] };
      expect({ protocol, ...(await send(call)) }).toMatchObject(refused);
    }
  });
});

it.each(["0", "null", '"0"', "-0"])("takes a usage of %s, which charges nothing", async (amount) => {
  const { frontier } = connectClients(world.url, world.tenant.reader);
  const balance = async () =>
    (await frontier.getBillingBalance({ id: world.tenant.billingId })).balance?.amount;
  const before = await balance();
  for (const { encoding, send } of Object.values(protocols)) {
    if (encoding === "binary") continue;
    const body = Buffer.from(usageOf(amount));
    const outcome = await send({ url: world.url, method: createBillingUsage, body, header: world.header });
    expect(outcome.code).toBeUndefined();
  }
  expect(await balance()).toBe(before);
});

it.each(["9007199254740993", "9007199254740993.0"])(
  "books %s, which a double would round, exactly",
  async (written) => {
    const amount = 9007199254740993n;
    const { service, url, header } = world;
    const rich = await service.tenant({ credits: 9 });
    await service.credit(rich, String(9n * amount));
    const { frontier } = connectClients(url, rich.reader);
    const balance = async () => (await frontier.getBillingBalance({ id: rich.billingId })).balance?.amount;
    const body = () => Buffer.from(usageOf(written).replace(world.tenant.orgId, rich.orgId));

    let left = 9n * amount + 9n;
    for (const { encoding, send } of Object.values(protocols)) {
      if (encoding === "binary") continue;
      const outcome = await send({ url, method: createBillingUsage, body: body(), header });
      expect(outcome.code).toBeUndefined();
      left -= amount;
      expect(await balance()).toBe(left);
    }
    const path = `/v1beta1/organizations/${rich.orgId}/billing/${rich.billingId}/usages`;
    expect((await sendRest(url + path, { headers: header, body: body() })).status).toBe(200);
    expect(await balance()).toBe(left - amount);
  },
);
