import { type DescMethodUnary, getOption } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { FieldBehavior, field_behavior } from "../../gen/google/api/field_behavior_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { failureIn, failureOf, faultyFields } from "../support/failure.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

/** What Google's API guidelines, google.aip.dev, ask of every method of its kind. */

const methods = services({} as App)
  .filter(({ desc }) => desc.typeName.startsWith("tallystick.v1."))
  .flatMap(({ desc }) => desc.methods)
  .filter((method): method is DescMethodUnary => method.methodKind === "unary");
const withNames = (each: readonly DescMethodUnary[]) => each.map((method) => [method.name, method] as const);
const lists = methods.filter(({ name }) => name.startsWith("List"));
const choices = methods
  .filter(({ name }) => name.startsWith("Update"))
  .flatMap((method) =>
    method.input.fields
      .filter(({ fieldKind }) => fieldKind === "enum")
      .map((field) => [method.name, field.name, method] as const),
  );

let service: TestService;
let tenant: Tenant;
let accountId: string;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
  const { ledger } = connectClients(service.url, tenant.admin);
  const { accounts } = await ledger.listAccounts({ organization: tenant.orgId, customer: tenant.billingId });
  accountId = accounts[0]?.id ?? "";
});
afterAll(() => service.stop());

/** Calls a method with these of the fields that its request has. */
async function call(
  method: DescMethodUnary,
  fields: Readonly<Record<string, unknown>>,
  as = tenant.admin,
): Promise<unknown> {
  const transport = createConnectTransport({ baseUrl: service.url, httpVersion: "1.1" });
  const header = { authorization: basic(as) };
  const asked = Object.entries(fields).filter(([name]) => name in method.input.field);
  const { message } = await transport.unary(method, undefined, undefined, header, Object.fromEntries(asked));
  return message;
}

describe("what is REQUIRED of a request (AIP-203)", () => {
  /** The fields that an answer names as faulty; none where it is another one. */
  const faulty = async (asked: Promise<unknown>) => {
    const fields = await asked.then(
      () => [],
      (error: unknown) => faultyFields(failureIn(error)),
    );
    return [...new Set(fields)].sort();
  };

  let organization: string;
  beforeAll(async () => {
    organization = (await service.tenant()).orgId;
  });

  it.each(withNames(methods))(
    "of %s is what it refuses to do without, and no more",
    async (_name, method) => {
      const required = method.input.fields
        .filter((field) => getOption(field, field_behavior).includes(FieldBehavior.REQUIRED))
        .map(({ name }) => name)
        .sort();
      expect(await faulty(call(method, { organization }, service.platform))).toEqual(
        required.filter((name) => name !== "organization"),
      );
      if (required.includes("organization"))
        expect(await faulty(call(method, {}, service.platform))).toEqual(["organization"]);
    },
  );
});

describe("updates (AIP-134)", () => {
  let named: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const { orgId: organization, billingId: customer } = await service.tenant();
    named = { organization, customer, code: "USD" };
    await connectClients(service.url, service.platform).currencies.createCurrency(named);
  });
  const update = (method: DescMethodUnary, fields: Readonly<Record<string, unknown>>) =>
    call(method, { ...named, ...fields }, service.platform);

  it("of enums are all looked at", () => expect(choices.length).toBeGreaterThan(2));

  it.each(choices)("%s refuses a mask that names %s, which is not set", async (_name, field, method) => {
    const before = await update(method, {});
    for (const path of [field, "*"]) {
      const failure = await failureOf(update(method, { name: "any", updateMask: { paths: [path] } }));
      expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
      expect(faultyFields(failure)).toEqual([field]);
    }
    const { localName } = method.input.fields.find(({ name }) => name === field) ?? {};
    // Without a mask what is unspecified is as it was.
    const after = await update(method, { [localName ?? ""]: 0 });
    expect(lastChanged(after)).toEqual(lastChanged(before));
  });

  /** A resource but for when it was last changed. */
  function lastChanged(answer: unknown) {
    const [resource] = Object.values(answer as object).filter((value) => typeof value === "object");
    return { ...(resource as object), updateTime: undefined };
  }
});

describe("lists (AIP-158)", () => {
  const page = (method: DescMethodUnary, pageSize: number) =>
    call(method, { organization: tenant.orgId, account: accountId, pageSize });

  it("are all looked at", () => expect(lists.length).toBeGreaterThan(7));

  it.each(withNames(lists))("%s takes any page size but one below 0", async (_name, method) => {
    await page(method, 2 ** 31 - 1);
    const failure = await failureOf(page(method, -1));
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(["page_size"]);
  });

  it("cut a page to 1,000 rows, and go on from there", async () => {
    const { ledger } = connectClients(service.url, tenant.admin);
    const organization = tenant.orgId;
    const { CREDIT: kind } = TransferKind;
    const transfer = { customer: tenant.billingId, kind, amount: "1", currency: "VC" };
    await ledger.batchCreateTransfers({ organization, requests: Array(1_000).fill(transfer) });
    const first = await ledger.listTransfers({ organization, pageSize: 5_000 });
    expect(first.transfers).toHaveLength(1_000);
    const rest = await ledger.listTransfers({
      organization,
      pageSize: 5_000,
      pageToken: first.nextPageToken,
    });
    expect(rest.transfers).toHaveLength(1);
  });
});
