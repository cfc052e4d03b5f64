import { type DescMethod, getOption } from "@bufbuild/protobuf";
import fc from "fast-check";
import { http } from "../../gen/google/api/annotations_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { connectClients, type Tenant } from "../support/service.ts";
import { startWorld, type World } from "./world.ts";

const methods: DescMethod[] = services({} as App).flatMap(({ desc }) => desc.methods);
/** Verb and path template of every REST binding. */
const bindings = methods.flatMap((method) => {
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap(({ pattern }) =>
    pattern.case === undefined || pattern.case === "custom"
      ? []
      : [{ verb: pattern.case.toUpperCase(), template: pattern.value }],
  );
});

let world: World;
/** Without credits, so that a usage that happens to be right books nothing either. */
let poor: Tenant;
beforeAll(async () => {
  world = await startWorld();
  poor = await world.service.tenant();
});
afterEach(async () => {
  await world.expectUnharmed();
  const { frontier } = connectClients(world.url, poor.reader);
  expect(await frontier.listBillingTransactions({ orgId: poor.orgId })).toMatchObject({ transactions: [] });
});
afterAll(() => world.stop());

/** Values that are wrong in most places, and now and then right. */
const value = () =>
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      "ORG",
      "ACCOUNT",
      "__proto__",
      "\0",
      "\ud800",
      "1e3",
      0,
      -1,
      2 ** 63,
      "TRANSFER_KIND_CHARGE",
    ),
  );
/** A request with some of the method's own fields, or anything at all. */
const requestOf = (method: DescMethod) =>
  fc.oneof(
    { weight: 3, arbitrary: fieldsOf(method.input.fields.map((field) => field.name)) },
    { weight: 1, arbitrary: value() },
  );
const fieldsOf = (names: string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, nestedValue(name)])), { requiredKeys: [] });
const nestedValue = (name: string) =>
  name === "usages"
    ? fc.array(
        fc.record({ id: fc.oneof(fc.uuid(), value()), amount: value(), metadata: value(), type: value() }),
        { maxLength: 3 },
      )
    : value();
/** JSON of a request, or bytes. */
const bodyOf = (method: DescMethod) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: requestOf(method).map((request) => Buffer.from(filledIn(JSON.stringify(request)))),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );

const filledIn = (text: string) => text.replaceAll("ORG", poor.orgId).replaceAll("ACCOUNT", poor.billingId);

it("never fails on a Connect request", async () => {
  const call = fc
    .constantFrom(...methods)
    .chain((method) =>
      fc.record({ method: fc.constant(method), body: bodyOf(method), isBinary: fc.boolean() }),
    );
  await fc.assert(
    fc.asyncProperty(call, async ({ method, body, isBinary }) => {
      const headers = {
        ...world.header,
        "content-type": isBinary ? "application/proto" : "application/json",
      };
      const url = `${world.url}/${method.parent.typeName}/${method.name}`;
      await expectNoFailure(await fetch(url, { method: "POST", headers, body }));
    }),
    { numRuns: 150 },
  );
});

it("never fails on a REST request", async () => {
  const segment = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom("ORG", "ACCOUNT", "..", "%00", "%zz"),
  );
  const request = fc.record({
    binding: fc.constantFrom(...bindings),
    segments: fc.array(segment, { minLength: 4, maxLength: 4 }),
    query: fc.dictionary(fc.constantFrom("page_size", "page_token", "org_id", "since", "x"), fc.string(), {
      maxKeys: 3,
    }),
    body: fc.constantFrom(...methods).chain(bodyOf),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ binding, segments, query, body }) => {
      const unused = segments.map((text) => (text.startsWith("%") ? text : encodeURIComponent(text)));
      const path = filledIn(binding.template.replace(/\{[^}]*\}/g, () => unused.pop() ?? "x"));
      const url = `${world.url}${path}?${new URLSearchParams(query)}`;
      const headers = { ...world.header, "content-type": "application/json" };
      const content = binding.verb === "GET" ? {} : { body };
      await expectNoFailure(await fetch(url, { method: binding.verb, headers, ...content }));
    }),
    { numRuns: 150 },
  );
});

async function expectNoFailure(response: Response): Promise<void> {
  const text = await response.text();
  if (response.status >= 500) throw new Error(`${response.status}: ${text}`);
}
