import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { PreconditionFailureSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { BillingType } from "../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { apigee, balance, developerOf, madeDeveloper, type Send, usd } from "./client.ts";

let service: TestService;
let tenant: Tenant;
let send: Send;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  send = apigee(service, tenant);
});
afterAll(() => service.stop());

describe("as Google's Python client sends it", () => {
  const header = { accept: "application/json", "accept-encoding": "gzip, deflate", "user-agent": "(gzip)" };
  const get = (path: string) => send("GET", path, { header: { ...header, "content-length": "0" } });
  const post = (path: string, body?: object) => {
    const empty = { "content-length": "0" };
    return send("POST", path, { body, header: body ? header : { ...header, ...empty } });
  };

  it("a top-up: made, credited, read, with `@` and `+` as they are and ?alt=json", async () => {
    const body = developerOf("ann+test@example.com");
    expect((await post("/developers?alt=json", body)).status).toBe(201);
    const ann = "/developers/ann+test@example.com";
    const before = await get(`${ann}/balance?alt=json`);
    expect(before).toMatchObject({ status: 200, json: {} });
    const credit = { transactionAmount: usd("25", 500_000_000), transactionId: "order-1001" };
    const credited = await post(`${ann}/balance:credit?alt=json`, credit);
    expect(credited).toMatchObject({ status: 200, json: balance("25", 500_000_000) });
    expect(credited.header["content-type"]).toBe("application/json");
    expect((await get(`${ann}/balance?alt=json`)).json).toEqual(credited.json);
    expect((await post(`${ann}?action=inactive&alt=json`)).status).toBe(204);
    expect((await get("/developers?count=2&expand=false&alt=json")).json).toEqual({
      developer: [{ email: "ann+test@example.com" }, { email: `customer@${tenant.orgName}.example` }],
    });
  });

  it("an error, whose reason it takes from error.message", async () => {
    const { status, json, header } = await get("/developers/nobody@example.com?alt=json");
    expect(status).toBe(404);
    expect(header["content-type"]).toBe("application/json");
    expect(json).toMatchObject({
      error: { code: 404, message: "developer nobody@example.com was not found" },
    });
  });
});

describe("as PHP's client sends it", () => {
  const header = { accept: "application/json" };

  it("an email escaped, amounts as numbers with fractions of 0, the first key of a listing", async () => {
    await madeDeveloper(send, "ann@example.com");
    const ann = "/developers/ann%40example.com";
    const body =
      '{"transactionAmount":{"currencyCode":"USD","units":"25","nanos":500000000.0},"transactionId":"1001"}';
    const { status } = await send("POST", `${ann}/balance:credit`, { body, header });
    expect(status).toBe(200);
    const { json } = await send("GET", `${ann}/balance:credit?expand=true`, { header });
    const [wallets] = Object.values(json as object);
    expect(wallets).toEqual([{ ...balance("25", 500_000_000).wallets[0], id: "USD" }]);
  });

  it("an error, whose code it takes from the first violation of the first detail", async () => {
    await madeDeveloper(send, "ann@example.com");
    const body = { adjustment: usd("1") };
    const { header: answered, json } = await send("POST", "/developers/ann%40example.com/balance:adjust", {
      body,
      header,
    });
    expect(answered["content-type"]).toContain("application/json");
    const { error } = json as { error: { details: { violations: { type: string }[] }[] } };
    expect(error.details[0]?.violations[0]?.type).toBe(
      "keymanagement.service.developer_wallet_does_not_exist",
    );
  });

  it("a token that is not known: 401, so that it fetches another", async () => {
    const answer = await send("GET", "/developers", { header: { ...header, authorization: "Bearer old" } });
    expect(answer.status).toBe(401);
  });
});

describe("Google's system parameters", () => {
  const ann = "/developers/ann@example.com";
  beforeEach(() => madeDeveloper(send, "ann@example.com", { attributes: [{ name: "tier", value: "gold" }] }));

  it("that change nothing are tolerated everywhere", async () => {
    const all =
      "alt=json&key=k&quotaUser=q&uploadType=media&upload_protocol=raw&$.xgafv=2&callback=&prettyPrint=true";
    expect((await send("GET", `${ann}?${all}`)).status).toBe(200);
    const body = { transactionAmount: usd("1"), transactionId: "x" };
    expect((await send("POST", `${ann}/balance:credit?${all}`, { body })).status).toBe(200);
  });

  it("prettyPrint: answers and errors are indented unless asked otherwise", async () => {
    const config = `${ann}/monetizationConfig`;
    expect((await send("GET", config)).text).toBe('{\n  "billingType": "PREPAID"\n}');
    expect((await send("GET", `${config}?prettyPrint=false`)).text).toBe('{"billingType":"PREPAID"}');
    expect((await send("GET", "/developers/x")).text).toMatch(/^\{\n {2}"error": \{\n {4}"code": 404,/);
    expect((await send("GET", "/developers/x?prettyPrint=false")).text).toMatch(/^\{"error":\{"code":404,/);
  });

  it("fields: only these are answered", async () => {
    const only = async (fields: string) => (await send("GET", `${ann}?fields=${fields}`)).json;
    expect(await only("email,attributes/name")).toEqual({
      email: "ann@example.com",
      attributes: [{ name: "tier" }],
    });
    expect(await only("attributes(value)")).toEqual({ attributes: [{ value: "gold" }] });
    const list = await send("GET", "/developers?expand=true&fields=developer(email,status)");
    expect(list.json).toMatchObject({ developer: [{ email: "ann@example.com", status: "active" }, {}] });
  });

  it("fields that there are not: 400, and nothing is done", async () => {
    const body = { transactionAmount: usd("1"), transactionId: "x" };
    const { status, json } = await send("POST", `${ann}/balance:credit?fields=wallet`, { body });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { message: expect.stringMatching(/^fields: .*there is no field "wallet" at 1$/) },
    });
    expect((await send("GET", `${ann}/balance`)).json).toEqual({});
  });

  it.each([
    ["alt=proto", "alt: must be json, the only format there is, or json;enum-encoding=int"],
    ["alt=media", "alt: must be json, the only format there is, or json;enum-encoding=int"],
    ["callback=f", "callback: is not offered: answers are JSON, not scripts"],
  ])("400: %s", async (query, message) => {
    expect(await send("GET", `${ann}?${query}`)).toMatchObject({ status: 400, json: { error: { message } } });
  });

  it.each(["access_token", "oauth_token"])("%s says who is calling", async (name) => {
    const anonymous = apigee(service, tenant, { clientId: "", clientSecret: "" });
    const header = { authorization: "" };
    const token = encodeURIComponent(tenant.reader.clientSecret);
    expect((await anonymous("GET", `${ann}?${name}=${token}`, { header })).status).toBe(401);
    expect((await fetched(`${ann}?${name}=${token}`)).status).toBe(200);
    expect((await fetched(`${ann}?${name}=nothing`)).status).toBe(401);
    expect((await fetched(`${ann}?${name}=%0A`)).status).toBe(400);
    expect((await fetched(ann)).status).toBe(401);
  });

  /** Without a header that says who is calling. */
  const fetched = (path: string) => fetch(`${service.url}/v1/organizations/${tenant.orgName}${path}`);
});

describe("over RPC", () => {
  const transports: [string, (options: { baseUrl: string }) => Transport][] = [
    ["gRPC", (options) => createGrpcTransport(options)],
    [
      "Connect",
      (options) => createConnectTransport({ ...options, httpVersion: "2", useBinaryFormat: false }),
    ],
  ];

  it.each(transports)("%s does the same", async (_name, transportTo) => {
    const client = createClient(DeveloperService, transportTo({ baseUrl: service.url }));
    const options = { headers: { authorization: `Bearer ${tenant.writer.clientSecret}` } };
    const which = { organization: tenant.orgName, developer: "ann@example.com" };
    const body = developerOf("ann@example.com");
    const { developer } = await client.createDeveloper({ organization: tenant.orgName, body }, options);
    expect(developer?.status).toBe("active");
    const transactionAmount = { currencyCode: "USD", units: 25n, nanos: 500_000_000 };
    const credited = await client.creditDeveloperBalance(
      { ...which, transactionAmount, transactionId: "order-1001" },
      options,
    );
    expect(credited.balance?.wallets[0]?.balance).toMatchObject(transactionAmount);
    const { config } = await client.getDeveloperMonetizationConfig(which, options);
    expect(config?.billingType).toBe(BillingType.PREPAID);
    const adjustment = { currencyCode: "USD", units: 26n };
    const refused = await client
      .adjustDeveloperBalance({ ...which, adjustment }, options)
      .catch((error) => error);
    expect(refused.findDetails(PreconditionFailureSchema)[0].violations[0]).toMatchObject({
      type: "mint.service.developer_usage_exceeds_balance",
    });
    await client.setDeveloperStatus({ ...which, action: "inactive" }, options);
    expect((await client.getDeveloper(which, options)).developer?.status).toBe("inactive");
  });
});
