import { rowsRead } from "../support/rows-read.ts";
import { withSql } from "../support/sql.ts";
import { apigee, badFields } from "./client.ts";
import { eachWithTenant, send, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: false });

interface List {
  readonly appGroups?: readonly { name: string }[];
  readonly nextPageToken?: string;
  readonly totalSize?: number;
}

async function make(...groups: readonly { name: string; [field: string]: unknown }[]) {
  for (const body of groups) expect((await send("POST", "/appgroups", { body })).status).toBe(201);
}

async function listed(query: string) {
  const { status, json } = await send("GET", `/appgroups?${query}`);
  const { appGroups = [], nextPageToken, totalSize } = json as List;
  return { status, names: appGroups.map(({ name }) => name), nextPageToken, totalSize };
}

describe("pages", () => {
  beforeEach(() => make({ name: "c" }, { name: "a" }, { name: "b b" }));

  it("are in the order of the names, with the number of all", async () => {
    const first = await listed("pageSize=2");
    expect(first).toMatchObject({ status: 200, names: ["a", "b b"], totalSize: 3 });
    const last = await listed(`pageSize=2&pageToken=${first.nextPageToken}`);
    expect(last).toEqual({ status: 200, names: ["c"], nextPageToken: undefined, totalSize: 3 });
  });

  it("begin with a name, as PHP's client asks, whether there is such a group or not", async () => {
    expect(await listed("pageToken=b+b&pageSize=1")).toMatchObject({ names: ["b b"], totalSize: 3 });
    expect((await listed("pageToken=b%20b&pageSize=2")).names).toEqual(["b b", "c"]);
    expect((await listed("pageToken=aa")).names).toEqual(["b b", "c"]);
    const { names, nextPageToken } = await listed("pageToken=a&pageSize=1");
    expect(names).toEqual(["a"]);
    expect((await listed(`pageToken=${nextPageToken}`)).names).toEqual(["b b", "c"]);
  });

  it("say the number of all as it was on the first, which was counted for it", async () => {
    const first = await listed("pageSize=1");
    await make({ name: "d" });
    expect(await listed(`pageSize=5&pageToken=${first.nextPageToken}`)).toMatchObject({
      names: ["b b", "c", "d"],
      totalSize: 3,
    });
    expect((await listed("pageSize=1")).totalSize).toBe(4);
  });

  it("past the end are empty lists, and a list comes first: PHP's client takes whatever does", async () => {
    expect((await send("GET", "/appgroups?pageToken=zzz")).text).toMatch(
      /^\{\s*"appGroups": \[\],\s*"totalSize": 3\s*\}$/,
    );
    const empty = apigee(service, await service.tenant());
    expect((await empty("GET", "/appgroups?prettyPrint=false")).text).toBe('{"appGroups":[]}');
    expect((await empty("GET", "/developers?startKey=z&prettyPrint=false")).text).toBe('{"developer":[]}');
    expect((await empty("GET", "/developers?app=none&expand=true&prettyPrint=false")).text).toBe(
      '{"developer":[]}',
    );
  });

  it("of more than 1,000 are of 1,000", async () => {
    const { status, names } = await listed("pageSize=2147483647");
    expect({ status, names }).toEqual({ status: 200, names: ["a", "b b", "c"] });
  });

  it("400: a token of another list, or no token at all", async () => {
    const { nextPageToken } = await listed("pageSize=1");
    const foreign = { pageToken: "is not a page token that was answered here" };
    const neither = {
      pageToken: "is neither a page token that was answered here nor the name of an app group",
    };
    const wrongs = [
      [`pageToken=${nextPageToken}&filter=status=active`, foreign],
      ["pageToken=~x", foreign],
      ["pageToken=~", neither],
      ["pageToken=a/b", neither],
      ["pageSize=-1", { pageSize: "must be 0 to 1000" }],
    ] as const;
    for (const [query, fields] of wrongs) {
      expect(await send("GET", `/appgroups?${query}`)).toMatchObject({
        status: 400,
        json: badFields(fields),
      });
    }
  });
});

describe("of ten thousand and more", () => {
  const groups = 10_001;
  beforeEach(() =>
    withSql(service.databaseUrl, async (sql) => {
      // Without a look at the other table for each row.
      await sql`set session_replication_role = replica`;
      await sql`insert into customers (org_id, id, name, email, email_key)
        select ${tenant.orgId}, gen_random_uuid(), n, '', '' from generate_series(1, ${groups}::int) n`;
      await sql`insert into app_groups (org_id, customer_id, name, channel_id, channel_uri)
        select org_id, id, 'g' || lpad(name, 6, '0'), '', '' from customers
        where org_id = ${tenant.orgId} and name ~ '^[0-9]+$'`;
      await sql`analyze customers, app_groups`;
    }),
  );

  it("counts them once, and reads but a page for the next one", async () => {
    const first = await listed("pageSize=2");
    expect(first).toMatchObject({ names: ["g000001", "g000002"], totalSize: groups });
    const before = await rowsRead(service.databaseUrl, "app_groups");
    const second = await listed(`pageSize=2&pageToken=${first.nextPageToken}`);
    expect(second).toMatchObject({ names: ["g000003", "g000004"], totalSize: groups });
    const read = (await rowsRead(service.databaseUrl, "app_groups")) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1_000);
  });
});

describe("filters", () => {
  const portal = { channelId: "my portal", channelUri: "https://portal.example/?a=b" };
  beforeEach(() =>
    make(
      { name: "a", ...portal },
      { name: "b", ...portal, status: "inactive" },
      { name: "c", channelId: "other" },
      { name: "d", channelId: "R AND status=active", channelUri: "https://d.example" },
    ),
  );

  it.each([
    ["", ["a", "b", "c", "d"]],
    ["status=active", ["a", "c", "d"]],
    ["status=inactive", ["b"]],
    ["channelId=other", ["c"]],
    ["channelId=", []],
    ["channelId=my portal", ["a", "b"]],
    ['channelId = "my portal"', ["a", "b"]],
    ["channelUri=https://portal.example/?a=b", ["a", "b"]],
    ["channelUri=", ["c"]],
    ["channelId=my portal AND status=inactive", ["b"]],
    ['status=active AND channelId="my portal" AND channelUri=https://portal.example/?a=b', ["a"]],
    ["channelId=nowhere", []],
    ['channelId="R AND status=active" AND status=active', ["d"]],
    ['channelId="R AND status=active" AND status=inactive', []],
  ])("%s", async (filter, names) => {
    expect(await listed(`filter=${encodeURIComponent(filter)}`)).toMatchObject({
      names,
      totalSize: names.length || undefined,
    });
  });

  it("hold for the pages after the first", async () => {
    const filter = "filter=status%3Dactive";
    const { names, nextPageToken, totalSize } = await listed(`${filter}&pageSize=1`);
    expect({ names, totalSize }).toEqual({ names: ["a"], totalSize: 3 });
    expect(await listed(`${filter}&pageSize=2&pageToken=${nextPageToken}`)).toMatchObject({
      names: ["c", "d"],
      nextPageToken: undefined,
    });
  });

  it.each([
    "x",
    "name=a",
    "status=asleep",
    "status=active OR status=inactive",
    "status>active",
    'channelId="a',
  ])("400: %s", async (filter) => {
    const rule =
      "is not status=active, channelId=portal or channelUri=https://portal.example, nor several of these with AND between";
    const { status, json } = await send("GET", `/appgroups?filter=${encodeURIComponent(filter)}`);
    expect({ status, json }).toEqual({ status: 400, json: badFields({ filter: rule }) });
  });

  it("400: one that says something twice, or too much", async () => {
    expect(await send("GET", "/appgroups?filter=channelId=a%20AND%20channelId=b")).toMatchObject({
      status: 400,
      json: badFields({ filter: "says something twice" }),
    });
    expect(await send("GET", `/appgroups?filter=channelId=${"x".repeat(4_090)}`)).toMatchObject({
      status: 400,
      json: badFields({ filter: "has 4100 characters; at most 4096 fit" }),
    });
  });
});
