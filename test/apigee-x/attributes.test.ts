import { apigee, badFields, failure, madeDeveloper, noDeveloper } from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });
const attributes = "/developers/ann@example.com/attributes";
beforeEach(async () => {
  await madeDeveloper(send, "ann@example.com", { attributes: [{ name: "tier", value: "gold" }] });
});

const named = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `a${n}`, value: "x" }));
const nobody = "/developers/nobody@example.com/attributes";
const noAttribute = (name: string) =>
  failure({
    code: 404,
    status: "NOT_FOUND",
    message: `attribute ${name} was not found`,
    reason: "NOT_FOUND",
    metadata: { resource: "attribute", name },
    resource: { resourceType: "attribute", resourceName: name },
  });

it("keep the caller's order, whatever their names", async () => {
  // Numbers, lengths and alphabets are what objects and databases like to sort by.
  const attribute = ["tier", "10", "__proto__", "2", "é", "a"].map((name) => ({ name, value: name }));
  const sent = await send("POST", attributes, { body: { attribute } });
  expect(sent).toMatchObject({ status: 200, json: { attribute } });
  expect((await send("GET", attributes)).json).toEqual({ attribute });
  await send("POST", `${attributes}/10`, { body: { value: "x" } });
  await send("DELETE", `${attributes}/2`);
  await send("POST", `${attributes}/1`, { body: { value: "y" } });
  const changed = [
    { name: "tier", value: "tier" },
    { name: "10", value: "x" },
    { name: "__proto__", value: "__proto__" },
    { name: "é", value: "é" },
    { name: "a", value: "a" },
    { name: "1", value: "y" },
  ];
  expect((await send("GET", attributes)).json).toEqual({ attribute: changed });
  expect((await send("GET", "/developers/ann@example.com")).json).toMatchObject({ attributes: changed });
});

it("are replaced together", async () => {
  const body = { attribute: [{ name: "region", value: "north" }, { name: "empty" }] };
  const { status, json } = await send("POST", attributes, { body });
  expect(status).toBe(200);
  const empty = { name: "empty", value: "" };
  expect(json).toEqual({ attribute: [{ name: "region", value: "north" }, empty] });
  expect((await send("GET", attributes)).json).toEqual(json);
  expect((await send("GET", `${attributes}/empty`)).json).toEqual(empty);
  expect((await send("GET", "/developers/ann@example.com")).json).toMatchObject({
    attributes: [{ name: "region" }, empty],
  });
  expect((await send("POST", attributes, { body: {} })).json).toEqual({ attribute: [] });
  expect((await send("GET", attributes)).json).toEqual({ attribute: [] });
});

it("are read, set and deleted one by one", async () => {
  expect((await send("GET", `${attributes}/tier`)).json).toEqual({ name: "tier", value: "gold" });
  const silver = await send("POST", `${attributes}/tier`, { body: { name: "tier", value: "silver" } });
  expect(silver).toMatchObject({ status: 200, json: { name: "tier", value: "silver" } });
  expect(await send("POST", `${attributes}/a%2Fb+c`, { body: { value: "x" } })).toMatchObject({
    json: { name: "a/b+c", value: "x" },
  });
  expect(await send("DELETE", `${attributes}/tier`)).toMatchObject({
    status: 200,
    json: { name: "tier", value: "silver" },
  });
  expect(await send("DELETE", `${attributes}/tier`)).toMatchObject({
    status: 404,
    json: noAttribute("tier"),
  });
  expect(await send("GET", `${attributes}/tier`)).toMatchObject({ status: 404, json: noAttribute("tier") });
});

it("set at once by many are all there", async () => {
  const all = Array.from({ length: 17 }, (_, n) => `a${n}`);
  await Promise.all(all.map((name) => send("POST", `${attributes}/${name}`, { body: { value: "x" } })));
  const { json } = await send("GET", attributes);
  const [first, ...rest] = (json as { attribute: { name: string }[] }).attribute.map(({ name }) => name);
  expect(first).toBe("tier");
  expect(rest.sort()).toEqual(all.sort());
});

it("400: more than 18", async () => {
  const many = await send("POST", attributes, { body: { attribute: named(19) } });
  expect(many).toMatchObject({
    status: 400,
    json: badFields({ attribute: "has 19 attributes; at most 18 fit" }),
  });
  expect((await send("POST", attributes, { body: { attribute: named(18) } })).status).toBe(200);
  expect(await send("POST", `${attributes}/one-more`, { body: { value: "x" } })).toMatchObject({
    status: 400,
    json: badFields({ name: "would be one more than the 18 attributes that fit" }),
  });
  expect((await send("POST", `${attributes}/a3`, { body: { value: "y" } })).status).toBe(200);
});

it.each([
  ["", { attribute: [{ value: "x" }] }, { "attribute[0].name": "is required" }],
  ...[".", ".."].map((name): [string, object, Record<string, string>] => [
    "",
    { attribute: [{ name, value: "x" }] },
    { "attribute[0].name": "is a step in a path, which no client can send as a name" },
  ]),
  ["", { attribute: [{ name: "a" }, { name: "a" }] }, { "attribute[1].name": "is there twice" }],
  ["", { attributes: [] }, { attributes: "there is no such field; did you mean attribute?" }],
  ["/a", { name: "b" }, { name: "is not the name in the path" }],
  ["/a", { value: "x".repeat(2_049) }, { value: "has 2049 characters; at most 2048 fit" }],
  ["/MINT_BILLING_TYPE", { value: "BOTH" }, { value: "must be PREPAID or POSTPAID" }],
])("400: POST attributes%s %.40j", async (path, body, fields) => {
  const { status, json } = await send("POST", `${attributes}${path}`, { body });
  expect({ status, json }).toEqual({ status: 400, json: badFields(fields) });
});

it("404 and 403 of all five", async () => {
  const calls = [
    ["GET", "", undefined],
    ["POST", "", { attribute: [] }],
    ["GET", "/a", undefined],
    ["POST", "/a", { value: "x" }],
    ["DELETE", "/a", undefined],
  ] as const;
  const reader = apigee(service, tenant, tenant.reader);
  for (const [method, path, body] of calls) {
    const missing = await send(method, `${nobody}${path}`, { body });
    expect(missing).toMatchObject({ status: 404, json: noDeveloper("nobody@example.com") });
    if (method !== "GET") expect((await reader(method, `${attributes}${path}`, { body })).status).toBe(403);
  }
});

it("MINT_BILLING_TYPE says how the developer pays, and is said by it", async () => {
  const config = "/developers/ann@example.com/monetizationConfig";
  await send("POST", `${attributes}/MINT_BILLING_TYPE`, { body: { value: "POSTPAID" } });
  expect((await send("GET", config)).json).toEqual({ billingType: "POSTPAID" });
  await send("PUT", config, { body: { billingType: "PREPAID" } });
  expect((await send("GET", `${attributes}/MINT_BILLING_TYPE`)).json).toEqual({
    name: "MINT_BILLING_TYPE",
    value: "PREPAID",
  });
  await send("POST", attributes, { body: { attribute: [{ name: "MINT_BILLING_TYPE", value: "POSTPAID" }] } });
  await send("DELETE", `${attributes}/MINT_BILLING_TYPE`);
  expect((await send("GET", config)).json).toEqual({ billingType: "POSTPAID" });
});

it("are not emptied by a request without a body", async () => {
  expect(await send("POST", `${attributes}/tier`)).toMatchObject({ status: 400 });
  expect((await send("GET", `${attributes}/tier`)).json).toEqual({ name: "tier", value: "gold" });
});
