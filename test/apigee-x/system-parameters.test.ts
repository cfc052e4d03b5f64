import { apigee, madeDeveloper, usd } from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

describe("Google's system parameters", () => {
  const ann = "/developers/ann@example.com";
  beforeEach(() => madeDeveloper(send, "ann@example.com", { attributes: [{ name: "tier", value: "gold" }] }));

  it("that change nothing are tolerated everywhere", async () => {
    const all =
      "alt=json&key=k&quotaUser=q&uploadType=media&upload_protocol=raw&$.xgafv=2&callback=&prettyPrint=true";
    expect((await send("GET", `${ann}?${all}`)).status).toBe(200);
    const withSigns =
      "$key=k&$quotaUser=q&$uploadType=media&$upload_protocol=raw&$callback=&$apiVersion=1&$unique=1";
    expect((await send("GET", `${ann}?${withSigns}`)).status).toBe(200);
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

  it("x-http-method-override gives nobody a right, and no token in a form says who is calling", async () => {
    const reader = apigee(service, tenant, tenant.reader);
    const header = (method: string) => ({
      "x-http-method-override": method,
      "content-type": "application/x-www-form-urlencoded",
    });
    expect((await reader("POST", ann, { header: header("GET") })).status).toBe(200);
    expect((await reader("POST", ann, { header: header("DELETE") })).status).toBe(403);
    const body = `access_token=${encodeURIComponent(tenant.reader.clientSecret)}`;
    const anonymous = { ...header("GET"), authorization: "" };
    expect((await reader("POST", ann, { body, header: anonymous })).status).toBe(401);
  });

  it("x-http-method-override names any method that the path takes", async () => {
    const as = (method: string) => ({ header: { "x-http-method-override": method } });
    const config = `${ann}/monetizationConfig`;
    const put = await send("POST", config, { body: { billingType: "POSTPAID" }, ...as("PUT") });
    expect(put).toMatchObject({ status: 200, json: { billingType: "POSTPAID" } });
    expect((await send("POST", `${ann}/attributes/tier`, as("DELETE"))).json).toEqual({
      name: "tier",
      value: "gold",
    });
  });

  /** Without a header that says who is calling. */
  const fetched = (path: string) => fetch(`${service.url}/v1/organizations/${tenant.orgName}${path}`);
});
