import { type GatewayFixture, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const item = (query: string) => gateway.call("GET", `/x/items/a?color=BLUE&${query}`);

describe("system parameters, with `$` and without", () => {
  it.each([
    ["alt=json", "BLUE"],
    ["$alt=json", "BLUE"],
    ["alt=json;enum-encoding=int", 2],
    ["%24alt=json%3Benum-encoding%3Dint", 2],
  ])("%s writes an enum as %j", async (query, color) => {
    expect(await item(query)).toMatchObject({ status: 200, json: { name: "a", color } });
  });

  it.each(["fields=name", "$fields=name", "%24fields=name"])("%s selects", async (query) => {
    expect((await item(query)).json).toEqual({ name: "a" });
  });

  it.each(["prettyPrint=false", "$prettyPrint=false", "%24prettyPrint=0"])(
    "%s is one line",
    async (query) => {
      const response = await fetch(`${gateway.http1}/x/items/a?${query}`);
      expect((await response.text()).trimEnd()).toBe('{"name":"a"}');
    },
  );

  const format = "must be json, the only format there is, or json;enum-encoding=int";
  it.each([
    ["$alt=media", `$alt: ${format}`],
    ["alt=json;enum-encoding=text", `alt: ${format}`],
    ["prettyPrint=maybe", "prettyPrint: must be true or false"],
    ["$callback=f", "$callback: is not offered: answers are JSON, not scripts"],
    ["$fields=nothing", expect.stringMatching(/^\$fields: .*there is no field "nothing" at 1$/)],
  ])("400: %s", async (query, message) => {
    expect(await item(query)).toMatchObject({ status: 400, json: { error: { message } } });
  });

  it("do nothing in other dialects", async () => {
    const query = "color=BLUE&$alt=json;enum-encoding=int&$fields=name";
    const answer = await gateway.call("GET", `/native/items/a?${query}`);
    expect(answer).toMatchObject({ status: 200, json: { name: "a", color: "BLUE" } });
  });
});
