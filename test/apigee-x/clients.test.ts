import { balance, developerOf, madeDeveloper, usd } from "./client.ts";

// What each client was seen to send, and what it insists on in answers. Their versions are in docs/apigee-x.md.
import { eachWithTenant, send, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

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

  it("a list whose URL would have more than 2,048 characters: a form that is a GET", async () => {
    await madeDeveloper(send, "ann+test@example.com");
    const ids = Array.from({ length: 900 }, (_, n) => `nobody${n}@example.com`);
    const form = new URLSearchParams({
      ids: [...ids, "ann+test@example.com"].join(","),
      expand: "true",
      alt: "json",
    });
    const { status, json } = await send("POST", "/developers", {
      body: form.toString(),
      header: {
        ...header,
        "x-http-method-override": "GET",
        "content-type": "application/x-www-form-urlencoded",
      },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ developer: [{ email: "ann+test@example.com", status: "active" }] });
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

  it("its organization, before anything else", async () => {
    const { json } = await send("GET", "", { header });
    const { properties, addonsConfig } = json as {
      properties: { property: { name: string; value: string }[] };
      addonsConfig: { monetizationConfig: { enabled: boolean } };
    };
    const features = Object.fromEntries(properties.property.map(({ name, value }) => [name, value]));
    expect(features["features.isMonetizationEnabled"]).toBe("true");
    expect(addonsConfig.monetizationConfig.enabled).toBe(true);
  });

  it("attributes, which it wants in its order", async () => {
    const attributes = ["z", "b10", "b9", "a"].map((name) => ({ name, value: name }));
    await madeDeveloper(send, "ann@example.com", { attributes });
    const ann = await send("GET", "/developers/ann%40example.com", { header });
    expect(ann.json).toMatchObject({ attributes });
    const body = { ...(ann.json as object), lastName: "Fox" };
    expect(await send("PUT", "/developers/ann%40example.com", { body, header })).toMatchObject({
      status: 200,
      json: { lastName: "Fox", attributes },
    });
  });

  it("a status, with a type of body and no body", async () => {
    await madeDeveloper(send, "ann@example.com");
    await send("POST", "/appgroups", { body: { name: "a team" } });
    const octets = { ...header, "content-type": "application/octet-stream", "content-length": "0" };
    const developer = await send("POST", "/developers/ann%40example.com?action=inactive", { header: octets });
    expect(developer.status).toBe(204);
    const group = await send("POST", "/appgroups/a%20team?action=inactive", { header: octets });
    expect(group).toMatchObject({ status: 200, json: { status: "inactive" } });
  });

  it("pages of app groups by name, of which it reads the first key", async () => {
    for (const name of ["a team", "g1", "g2"]) await send("POST", "/appgroups", { body: { name } });
    const first = await send("GET", "/appgroups?pageSize=2", { header });
    expect(Object.keys(first.json as object)[0]).toBe("appGroups");
    const second = await send("GET", "/appgroups?pageToken=g1&pageSize=2", { header });
    const [groups] = Object.values(second.json as object);
    expect(groups).toMatchObject([{ name: "g1" }, { name: "g2" }]);
  });

  it("a token that is not known: 401, so that it fetches another", async () => {
    const answer = await send("GET", "/developers", { header: { ...header, authorization: "Bearer old" } });
    expect(answer.status).toBe(401);
  });
});

describe("as Google's Go client sends it", () => {
  it("the wished fields, on one line", async () => {
    await madeDeveloper(send, "ann@example.com");
    const query = "alt=json&fields=email%2Cstatus&prettyPrint=false";
    const { text } = await send("GET", `/developers/ann@example.com?${query}`);
    expect(text.trimEnd()).toBe('{"email":"ann@example.com","status":"active"}');
  });
});

describe("as apigee-edge-js sends it", () => {
  const header = { accept: "application/json" };

  it("a developer's life, of which it wants 200, 201 and 204", async () => {
    const basic = `Basic ${Buffer.from(`${tenant.writer.clientId}:${tenant.writer.clientSecret}`).toString("base64")}`;
    const connected = await send("GET", "/", { header: { ...header, authorization: basic } });
    expect(connected).toMatchObject({ status: 200, json: { properties: { property: expect.any(Array) } } });
    const ann = "/developers/ann@example.com";
    const body = developerOf("ann@example.com", { attributes: [{ name: "tool", value: "nodejs" }] });
    expect((await send("POST", "/developers", { body, header })).status).toBe(201);
    expect((await send("GET", ann, { header })).status).toBe(200);
    const octets = { ...header, "content-length": "0" };
    expect((await send("POST", `${ann}?action=inactive`, { header: octets })).status).toBe(204);
    expect((await send("DELETE", ann, { header })).status).toBe(200);
  });
});

describe("as Terraform's provider sends it", () => {
  it("an app group, of which it wants the list that it sent", async () => {
    const attributes = ["tier", "10", "9"].map((name) => ({ name, value: "x" }));
    const group = { name: "team", channelId: "store", displayName: "Team", status: "active", attributes };
    expect(await send("POST", "/appgroups?alt=json", { body: group })).toMatchObject({ json: group });
    const changed = { ...group, status: "inactive", attributes: attributes.toReversed() };
    expect((await send("PUT", "/appgroups/team?alt=json", { body: changed })).status).toBe(200);
    expect((await send("GET", "/appgroups/team?alt=json")).json).toMatchObject(changed);
  });
});

describe("as REST clients send it that are generated from protos", () => {
  const alt = "%24alt=json%3Benum-encoding%3Dint";
  const header = { "x-goog-api-client": "gl-python/3.11.7 rest/requests@2.32.0 gapic/0.0.0" };

  it("enums as numbers, both ways", async () => {
    await madeDeveloper(send, "ann@example.com");
    const config = `/developers/ann%40example.com/monetizationConfig?${alt}`;
    expect((await send("GET", config, { header })).json).toEqual({ billingType: 1 });
    const body = { billingType: 2 };
    expect(await send("PUT", config, { body, header })).toMatchObject({ status: 200, json: body });
  });

  it("every other call with the same parameter", async () => {
    const created = await send("POST", `/developers?${alt}`, {
      body: developerOf("ann@example.com"),
      header,
    });
    expect(created.status).toBe(201);
    const list = await send("GET", `/appgroups?filter=status%3Dactive&${alt}`, { header });
    expect(list).toMatchObject({ status: 200, json: {} });
  });
});
