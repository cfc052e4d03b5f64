import { type DescMethodUnary, getOption } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { http } from "../../gen/google/api/annotations_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { connectClients } from "../support/service.ts";
import { pathOf, protocols } from "./protocols.ts";
import { sendRest } from "./rest.ts";
import { startWorld, type World } from "./world.ts";

/** Errors name what is wrong as the caller wrote it, and say what was probably meant. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const { createTransfer, listTransfers } = LedgerService.method;
const jsonProtocols = Object.entries(protocols).filter(([, { encoding }]) => encoding === "json");
const sendTo = (protocol: string, method: DescMethodUnary, body: object) =>
  protocols[protocol]?.send({
    url: world.url,
    method,
    body: Buffer.from(JSON.stringify({ organization: world.tenant.orgId, ...body })),
    header: world.header,
  });
const transfer = () => ({
  customer: world.tenant.billingId,
  kind: "TRANSFER_KIND_CREDIT",
  amount: "5",
  currency: "VC",
});

describe.each(jsonProtocols)("%s", (protocol) => {
  it.each(["pageSize", "page_size"])("names a field %s, where that was written", async (field) => {
    const outcome = await sendTo(protocol, listTransfers, { [field]: -1 });
    expect(outcome).toMatchObject({
      ...{ code: Code.InvalidArgument, reason: "INVALID_FIELDS", fields: [field] },
      message: `${field}: must be 0 or more`,
    });
  });

  it("names a field that is missing as answers do", async () => {
    const missing = await sendTo(protocol, LedgerService.method.setLimit, {
      customer: "a",
      currency: "VC",
      organization: "",
    });
    expect(missing?.fields).toEqual(["organization"]);
    const ofFrontier = await sendTo(protocol, FrontierService.method.createBillingUsage, {
      organization: undefined,
      usages: [],
    });
    expect(ofFrontier?.fields).toEqual(["org_id"]);
  });

  it("refuses a field that there is not, and tells which was meant", async () => {
    const outcome = await sendTo(protocol, createTransfer, { ...transfer(), kye: "once" });
    expect(outcome).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS", fields: ["kye"] });
    expect(outcome?.message).toBe("kye: there is no such field; did you mean key?");
  });

  it("tells that an amount stands in quotes", async () => {
    const outcome = await sendTo(protocol, createTransfer, { ...transfer(), amount: 5 });
    expect(outcome).toMatchObject({ code: Code.InvalidArgument, fields: ["amount"] });
    expect(outcome?.message).toBe('amount: expected a string, so write it in quotes: "5"');
  });

  it("names all that does not fit", async () => {
    const outcome = await sendTo(protocol, createTransfer, {
      ...transfer(),
      kind: "CREDIT",
      amount: [],
      metadata: 1,
    });
    expect(outcome?.fields).toEqual(["kind", "amount", "metadata"]);
  });
});

it.each(["REST", "Connect"])("names what differs under a key over %s", async (over) => {
  const { orgId: organization } = world.tenant;
  const rest = `/tallystick/v1/organizations/${organization}/transfers`;
  const path = over === "REST" ? rest : pathOf(createTransfer);
  const send = async (more: object) => {
    const tenant = { ...(over === "Connect" && { organization }) };
    const answer = await fetch(world.url + path, {
      method: "POST",
      headers: { ...world.header, "content-type": "application/json" },
      body: JSON.stringify({ ...tenant, ...transfer(), customer, key: `differing-${over}`, ...more }),
    });
    return (await answer.json()) as { readonly message?: string };
  };
  // What is booked here is another customer's.
  const { customers } = connectClients(world.url, world.service.platform);
  const made = await customers.createCustomer({ organization });
  const customer = made.customer?.id ?? "";
  expect(await send({})).toHaveProperty("receipt");
  expect((await send({ counterAccount: "other", userId: "u" })).message).toContain(
    "exists with other content: counterAccount, userId differ",
  );
});

it.each(["REST", "Connect"])(
  "names the fields of lines of a batch over %s, where they were written",
  async (over) => {
    const { orgId: organization, billingId } = world.tenant;
    const line = { ...transfer(), kind: "TRANSFER_KIND_TRANSFER", toCustomer: billingId };
    // What a caller keeps with a transfer is its own, whatever it looks like.
    const metadata = { error: { $typeName: "google.rpc.Status" } };
    const rest = `/tallystick/v1/organizations/${organization}/transfers:batchCreate`;
    const path = over === "REST" ? rest : pathOf(LedgerService.method.batchCreateTransfers);
    const answer = await fetch(world.url + path, {
      method: "POST",
      headers: { ...world.header, "content-type": "application/json" },
      body: JSON.stringify({
        ...(over === "Connect" && { organization }),
        requests: [line, { ...transfer(), metadata }],
        validateOnly: true,
      }),
    });
    expect(await answer.json()).toMatchObject({
      results: [
        { error: { message: "requests[0].toCustomer: is the customer that pays" } },
        { receipt: { transfer: { metadata } } },
      ],
    });
  },
);

it("does so for a Connect GET", async () => {
  const message = encodeURIComponent(
    JSON.stringify({ organization: world.tenant.orgId, pageSize: -1, pageTokn: "" }),
  );
  const url = `${world.url}${pathOf(listTransfers)}?connect=v1&encoding=json&message=`;
  const response = await fetch(url + message, { headers: world.header });
  expect(await response.json()).toMatchObject({
    code: "invalid_argument",
    message: "pageTokn: there is no such field; did you mean pageToken?",
  });
  const spelled = encodeURIComponent(JSON.stringify({ organization: world.tenant.orgId, pageSize: -1 }));
  expect(await (await fetch(url + spelled, { headers: world.header })).json()).toMatchObject({
    message: "pageSize: must be 0 or more",
  });
});

/** Every way to send a body that is a field of its method's request. */
const fieldBodies = services({} as App)
  .flatMap(({ desc }) => desc.methods)
  .flatMap((method) => {
    const rule = getOption(method, http);
    return [rule, ...rule.additionalBindings]
      .filter(({ body }) => body !== "" && body !== "*")
      .map(({ body, pattern }) => ({
        name: method.name,
        body,
        // Of a type that no object is.
        first:
          method.input.fields
            .find(({ name }) => name === body)
            ?.message?.fields.find(({ fieldKind }) => fieldKind === "scalar" || fieldKind === "enum")
            ?.jsonName ?? "",
        verb: String(pattern.case).toUpperCase(),
        path: String(pattern.value),
      }));
  });

describe("a body that is a field of the request", () => {
  it("is all looked at", () => expect(fieldBodies.length).toBeGreaterThan(10));

  it.each(fieldBodies)("has no name in errors of $name", async ({ body, first, verb, path }) => {
    const filled = path.replace(/\{(\w+)[^}]*\}/g, (_, field: string) =>
      ["organization", "id", "org_id"].includes(field) ? world.tenant.orgId : "x",
    );
    const send = async (sent: unknown) => {
      const headers = { ...world.header, "content-type": "application/json" };
      const init = { method: verb, headers, body: JSON.stringify(sent) };
      return (await fetch(world.url + filled, init)).text();
    };
    expect(await send([])).toContain('"the body: expected an object"');
    expect(await send({ [first]: {} })).toContain(`"${first}: expected `);
    const jsonName = body.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    for (const sent of [{}, { [first]: {} }]) expect(await send(sent)).not.toMatch(`"${jsonName}.`);
  });

  it("is called the body where it is missing", async () => {
    const path = `/v1/mint/organizations/${world.tenant.orgId}/supported-currencies`;
    const response = await fetch(world.url + path, { method: "POST", headers: world.header });
    expect(await response.json()).toMatchObject({ message: "the body: is required" });
  });
});

it("keeps the name where the caller wrote it, as Frontier's clients do", async () => {
  const body = JSON.stringify({ body: { email: "no email", currency: "usd" } });
  const path = `/v1beta1/organizations/${world.tenant.orgId}/billing`;
  expect(await sendRest(world.url + path, { headers: world.header, body })).toMatchObject({
    ...{ status: 400, fields: ["body.email"] },
  });
});
