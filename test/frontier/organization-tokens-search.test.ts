import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { SearchOrganizationTokensResponse } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { Random } from "../workload/random.ts";

type Token = SearchOrganizationTokensResponse["organizationTokens"][number];
type Column =
  | "amount"
  | "type"
  | "source"
  | "description"
  | "user_id"
  | "user_title"
  | "user_avatar"
  | "org_id"
  | "created_at";

/** A row in plain words, as a model can compare it. */
interface Row extends Record<Exclude<Column, "amount">, string> {
  readonly amount: number;
}

let service: TestService;
let tenant: Tenant;
/** Every transaction that the search is to know, newest first. */
let all: readonly Row[];

const frontier = (as = tenant.reader) => connectClients(service.url, as).frontier;

beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1_000 });
  const { orgId } = tenant;
  const client = frontier(tenant.writer);
  const first = tenant.billingId;
  await charge(first, 30);
  await client.disableBillingAccount({ id: first });
  const { billingAccount } = await client.createBillingAccount({ orgId, body: { name: "Second" } });
  const second = billingAccount?.id ?? "";
  await service.credit({ ...tenant, billingId: second }, "500");
  await charge(second, 30);
  all = [...(await rowsOf(second)), ...(await rowsOf(first))];

  // What it is not to know: other currencies, customers that are no billing accounts, other organizations.
  await service.credit({ ...tenant, billingId: second }, "5", "USD");
  await service.credit({ ...tenant, billingId: await newCustomer(service, tenant) }, "7");
  await service.tenant({ credits: 9 });
});
afterAll(() => service.stop());

async function charge(billingId: string, count: number): Promise<void> {
  const random = new Random(count);
  const pick = (list: readonly string[]) => random.pick(list) ?? "";
  const usages = Array.from({ length: count }, () => ({
    id: uuidv7(),
    amount: BigInt(1 + random.below(12)),
    source: pick(["api", "compute.gpu", "compute.cpu", ""]),
    description: pick(["", "Two GPUs", "one gpu", "100%", "a_b", "back\\slash", "comma, inside"]),
    userId: pick(["", "ann", "bob"]),
  }));
  for (let from = 0; from < count; from += 4) {
    await frontier(tenant.writer).createBillingUsage({ billingId, usages: usages.slice(from, from + 4) });
  }
}

async function rowsOf(billingId: string): Promise<Row[]> {
  const { transactions } = await frontier().listBillingTransactions({ billingId });
  return transactions.map((each) =>
    rowOf({ ...each, orgId: tenant.orgId, userTitle: "", userAvatar: "" } as unknown as Token),
  );
}

function rowOf(token: Token): Row {
  return {
    amount: Number(token.amount),
    type: token.type,
    source: token.source,
    description: token.description,
    user_id: token.userId,
    user_title: token.userTitle,
    user_avatar: token.userAvatar,
    org_id: token.orgId,
    created_at: token.createdAt === undefined ? "" : timestampDate(token.createdAt).toISOString(),
  };
}

interface Query {
  readonly filters?: readonly object[];
  readonly sort?: readonly { name: string; order: string }[];
  readonly groupBy?: readonly string[];
  readonly search?: string;
  readonly offset?: number;
  readonly limit?: number;
}

const text = (name: string, operator: string, value: string) => ({
  ...{ name, operator },
  value: { case: "stringValue", value },
});
const number = (name: string, operator: string, value: number) => ({
  ...{ name, operator },
  value: { case: "numberValue", value },
});

async function search(query: Query, as = tenant.reader) {
  const request = { id: tenant.orgId, query } as Parameters<
    ReturnType<typeof frontier>["searchOrganizationTokens"]
  >[0];
  const { organizationTokens, pagination, group } = await frontier(as).searchOrganizationTokens(request);
  return { rows: organizationTokens.map(rowOf), pagination, group };
}

/** Rows without regard to their order. */
const bag = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).sort();

async function expectRows(query: Query, isIn: (row: Row) => boolean): Promise<void> {
  const expected = all.filter(isIn);
  const { rows, pagination } = await search({ ...query, limit: 1_000 });
  expect(bag(rows)).toEqual(bag(expected));
  expect(pagination?.totalCount).toBe(expected.length);
}

describe("without a query", () => {
  it("answers the newest fifty of all billing accounts, and how many there are", async () => {
    const { organizationTokens, pagination, group } = await frontier().searchOrganizationTokens({
      id: tenant.orgName,
    });
    expect(all).toHaveLength(62);
    expect(organizationTokens.map(rowOf).map(({ created_at }) => created_at)).toEqual(
      all.slice(0, 50).map(({ created_at }) => created_at),
    );
    expect(pagination).toMatchObject({ offset: 0, limit: 50, totalCount: 62 });
    expect(group).toBeUndefined();
  });

  it("answers nothing where nothing was booked, or there is no billing account", async () => {
    const { organizations, frontier: platform } = connectClients(service.url, service.platform);
    const { organization } = await organizations.createOrganization({ name: "bare" });
    const { orgId } = await service.tenant();
    for (const id of [organization?.id ?? "", orgId]) {
      const answer = await platform.searchOrganizationTokens({ id, query: { groupBy: ["type"] } });
      expect(answer.organizationTokens).toEqual([]);
      expect(answer.pagination).toMatchObject({ limit: 50, totalCount: 0 });
      expect(answer.group).toMatchObject({ name: "type", data: [] });
    }
  });
});

describe("windows", () => {
  it.each<[string, Query]>([
    ["newest first", {}],
    ["oldest first", { sort: [{ name: "created_at", order: "asc" }] }],
    ["by a column that is often the same", { sort: [{ name: "type", order: "asc" }] }],
    ["under a filter", { filters: [text("type", "eq", "debit")] }],
  ])("lie next to each other: %s", async (_order, query) => {
    const whole = await search({ ...query, limit: 1_000 });
    const seen: Row[] = [];
    for (let offset = 0; offset < 70; offset += 9) {
      const { rows, pagination } = await search({ ...query, offset, limit: 9 });
      expect(pagination).toMatchObject({ offset, limit: 9, totalCount: whole.rows.length });
      seen.push(...rows);
    }
    expect(seen).toEqual(whole.rows);
  });

  it("may begin past the end", async () => {
    expect(await search({ offset: 1_000_000 })).toMatchObject({ rows: [], pagination: { totalCount: 62 } });
  });
});

describe("filters", () => {
  const numbers: readonly [string, (a: number, b: number) => boolean][] = [
    ["eq", (a, b) => a === b],
    ["neq", (a, b) => a !== b],
    ["gt", (a, b) => a > b],
    ["gte", (a, b) => a >= b],
    ["lt", (a, b) => a < b],
    ["lte", (a, b) => a <= b],
  ];

  it.each(numbers)("amount %s", async (operator, holds) => {
    for (const value of [6, 6.5, -1]) {
      await expectRows({ filters: [number("amount", operator, value)] }, ({ amount }) =>
        holds(amount, value),
      );
    }
    // As a text it is exact.
    for (const value of [6, 0, 1_000]) {
      const exact = [text("amount", operator, String(value))];
      await expectRows({ filters: exact }, ({ amount }) => holds(amount, value));
    }
  });

  it.each(numbers)("created_at %s, exact to the nanosecond", async (operator, holds) => {
    const at = all[31]?.created_at ?? "";
    for (const [moment, ms] of [
      [at, 0],
      [at.replace("Z", "000001Z"), 0.5],
      [at.replace("Z", "+00:00"), 0],
    ] as const) {
      const filters = [text("created_at", operator, moment)];
      await expectRows({ filters }, ({ created_at }) => holds(Date.parse(created_at), Date.parse(at) + ms));
    }
  });

  const columns: readonly [Column, readonly string[]][] = [
    ["type", ["debit", "credit", ""]],
    ["source", ["api", "compute.gpu", ""]],
    ["description", ["Two GPUs", "100%", "a_b", ""]],
    ["user_id", ["ann", "ANN", ""]],
    ["user_title", ["", "Ann"]],
    ["user_avatar", ["", "x"]],
  ];
  const texts: readonly [string, (a: string, b: string) => boolean][] = [
    ["eq", (a, b) => a === b],
    ["neq", (a, b) => a !== b],
    ["empty", (a) => a === ""],
    ["notempty", (a) => a !== ""],
    ["in", (a, b) => b !== "" && a === b],
    ["notin", (a, b) => b === "" || a !== b],
    ["like", (a, b) => likePattern(`%${b}%`, "").test(a)],
    ["notlike", (a, b) => !likePattern(`%${b}%`, "").test(a)],
    ["ilike", (a, b) => likePattern(b, "i").test(a)],
    ["notilike", (a, b) => !likePattern(b, "i").test(a)],
  ];

  /** Every operator with every column; each value of a column with some of them. */
  const pairs = columns.flatMap(([column, values], at) =>
    texts.map(([operator, holds], index) => {
      const tried =
        column === "description" ? values : values.filter((_, n) => (index + at + n) % values.length === 0);
      return [column, operator, tried, holds] as const;
    }),
  );
  it.each(pairs)("%s %s", async (column, operator, values, holds) => {
    for (const value of values) {
      await expectRows({ filters: [text(column, operator, value)] }, (row) =>
        holds(String(row[column]), value),
      );
    }
  });

  it("on the organization's own id", async () => {
    await expectRows({ filters: [text("org_id", "eq", tenant.orgId)] }, () => true);
    await expectRows({ filters: [text("org_id", "neq", tenant.orgId)] }, () => false);
  });

  it.each<[string, string, string, (row: Row) => boolean]>([
    ["like", "description", "GPU", ({ description }) => description.includes("GPU")],
    ["like", "description", "o_e", ({ description }) => description === "one gpu"],
    ["like", "description", "o_gpu", () => false],
    ["like", "description", "_wo%s", ({ description }) => description === "Two GPUs"],
    ["like", "description", "100\\%", ({ description }) => description === "100%"],
    ["like", "description", "k\\\\s", ({ description }) => description === "back\\slash"],
    ["ilike", "description", "%GPU%", ({ description }) => /gpu/i.test(description)],
    ["ilike", "description", "GPU", () => false],
    ["ilike", "description", "two%", ({ description }) => description === "Two GPUs"],
    ["notilike", "description", "%gpu%", ({ description }) => !/gpu/i.test(description)],
    ["in", "source", " api, compute.gpu ,,", ({ source }) => source === "api" || source === "compute.gpu"],
    ["notin", "source", "api,compute.gpu", ({ source }) => source !== "api" && source !== "compute.gpu"],
  ])("%s finds in %s %s", async (operator, column, value, isIn) => {
    await expectRows({ filters: [text(column, operator, value)] }, isIn);
  });

  it("must all hold, in any spelling of their columns", async () => {
    const filters = [
      text("Type", "eq", "debit"),
      number("AMOUNT", "gte", 3),
      text("userId", "eq", "ann"),
      text("created_at", "lte", all[5]?.created_at ?? ""),
    ];
    await expectRows(
      { filters },
      ({ type, amount, user_id, created_at }) =>
        type === "debit" && amount >= 3 && user_id === "ann" && created_at <= (all[5]?.created_at ?? ""),
    );
  });
});

/** A pattern of LIKE as a regular expression. */
function likePattern(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replace(/%/g, ".*")
    .replace(/_/g, ".");
  return new RegExp(`^${source}$`, `s${flags}`);
}

describe("search", () => {
  it.each<[string, (row: Row) => boolean]>([
    ["GPU", ({ description }) => /gpu/i.test(description)],
    ["DEB", ({ type }) => type === "debit"],
    ["1", ({ amount, description }) => String(amount).includes("1") || description.includes("1")],
    ["compute", () => false],
    ["%", () => true],
    ["k\\\\s", ({ description }) => description === "back\\slash"],
  ])("finds %s in type, description and amount", async (words, isIn) => {
    await expectRows({ search: words }, isIn);
  });

  it("holds beside filters", async () => {
    await expectRows(
      { search: "gpu", filters: [text("user_id", "eq", "bob")] },
      ({ description, user_id }) => /gpu/i.test(description) && user_id === "bob",
    );
  });
});

describe("sort", () => {
  const columns: readonly Column[] = [
    "amount",
    "type",
    "source",
    "description",
    "user_id",
    "user_title",
    "org_id",
    "created_at",
  ];
  const orders = columns.flatMap((name) => ["asc", "desc"].map((order) => [name, order] as const));
  const compare = (a: Row, b: Row, name: Column) => {
    const [x, y] = [a[name], b[name]];
    return x < y ? -1 : x > y ? 1 : 0;
  };

  it.each(orders)("by %s %s, and then newest first of each account", async (name, order) => {
    const { rows } = await search({ sort: [{ name, order }], limit: 1_000 });
    expect(bag(rows)).toEqual(bag(all));
    // Texts are in the database's order, which the model does not know; alike ones must stand together.
    if (name === "amount" || name === "created_at" || name === "type") {
      const sign = order === "asc" ? 1 : -1;
      for (const [index, row] of rows.slice(1).entries()) {
        expect(sign * compare(rows[index] ?? row, row, name)).toBeLessThanOrEqual(0);
      }
    } else {
      const runs = rows.filter((row, index) => row[name] !== rows[index - 1]?.[name]).length;
      expect(runs).toBe(new Set(all.map((row) => row[name])).size);
    }
  });

  it("by several columns in their order", async () => {
    const sort = [
      { name: "type", order: "desc" },
      { name: "amount", order: "asc" },
      { name: "created_at", order: "asc" },
    ];
    const { rows } = await search({ sort, limit: 1_000 });
    const expected = [...all].sort(
      (a, b) => -compare(a, b, "type") || compare(a, b, "amount") || compare(a, b, "created_at"),
    );
    const keys = (list: readonly Row[]) =>
      list.map(({ type, amount, created_at }) => [type, amount, created_at]);
    expect(keys(rows)).toEqual(keys(expected));
  });
});

describe("groups", () => {
  const counted = (keyOf: (row: Row) => string, rows = all) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
    return counts;
  };

  it.each<[string[], (row: Row) => string]>([
    [["type"], ({ type }) => type],
    [["source"], ({ source }) => source],
    [["user_id", "type"], ({ user_id, type }) => `${user_id},${type}`],
    [["amount"], ({ amount }) => String(amount)],
    [["created_at"], ({ created_at }) => created_at],
  ])("count by %s, and order the rows by it", async (groupBy, keyOf) => {
    const { rows, group, pagination } = await search({ groupBy, limit: 1_000 });
    expect(group?.name).toBe(groupBy.join(","));
    expect(new Map(group?.data.map(({ name, count }) => [name, count]))).toEqual(counted(keyOf));
    expect(pagination?.totalCount).toBe(all.length);
    const runs = rows.filter((row, index) => index === 0 || keyOf(row) !== keyOf(rows[index - 1] ?? row));
    expect(runs).toHaveLength(counted(keyOf).size);
  });

  it("count what the filter lets through", async () => {
    const { group } = await search({
      groupBy: ["source"],
      filters: [text("type", "eq", "credit")],
      limit: 1,
    });
    const credits = all.filter(({ type }) => type === "credit");
    expect(new Map(group?.data.map(({ name, count }) => [name, count]))).toEqual(
      counted(({ source }) => source, credits),
    );
  });
});

it("answers random queries as a model does", async () => {
  const random = new Random(20_261_122);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const filters: readonly (() => [object, (row: Row) => boolean])[] = [
    () => {
      const value = random.below(14);
      return [number("amount", "gte", value), ({ amount }) => amount >= value];
    },
    () => {
      const value = pick(all).source;
      return [text("source", "neq", value), ({ source }) => source !== value];
    },
    () => {
      const value = pick(all).created_at;
      return [text("created_at", "lt", value), ({ created_at }) => created_at < value];
    },
    () => {
      const value = pick(["ann", "bob", "nobody"]);
      return [text("user_id", "in", `${value},x`), ({ user_id }) => user_id === value];
    },
  ];
  for (let round = 0; round < 20; round += 1) {
    const chosen = filters.filter(() => random.next() < 0.4).map((make) => make());
    const sort =
      random.next() < 0.5
        ? [{ name: pick(["amount", "type", "created_at"]), order: pick(["asc", "desc"]) }]
        : [];
    await expectRows({ filters: chosen.map(([filter]) => filter), sort }, (row) =>
      chosen.every(([, holds]) => holds(row)),
    );
  }
});

it("shows minor units where the organization shows another currency", async () => {
  const { organizations, frontier: platform } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({ name: "minor", frontierCurrency: "USD" });
  const id = organization?.id ?? "";
  const { billingAccount } = await platform.createBillingAccount({ orgId: id, body: { name: "Minor" } });
  await service.credit({ ...tenant, orgId: id, billingId: billingAccount?.id ?? "" }, "12.349", "USD");
  const query = { filters: [text("amount", "eq", "1234")], groupBy: ["amount"] };
  const answer = await platform.searchOrganizationTokens({ id, query } as object);
  expect(answer.organizationTokens.map(({ amount }) => amount)).toEqual([1_234n]);
  expect(answer.group?.data).toMatchObject([{ name: "1234", count: 1 }]);
});

it("answers over REST, the query in the body", async () => {
  const client = restClient(service.url, tenant.reader);
  const query = {
    filters: [{ name: "type", operator: "eq", string_value: "credit" }],
    sort: [{ name: "amount", order: "desc" }],
    group_by: ["type"],
    limit: 1,
  };
  const path = `/v1beta1/admin/organizations/${tenant.orgName}/tokens/search`;
  const { status, body } = await client.post(path, query);
  expect(status).toBe(200);
  expect(body).toEqual({
    organization_tokens: [
      {
        amount: "1000",
        type: "credit",
        description: "",
        user_id: "",
        user_title: "",
        user_avatar: "",
        created_at: expect.stringMatching(/Z$/),
        org_id: tenant.orgId,
        source: "",
      },
    ],
    pagination: { offset: 0, limit: 1, total_count: 2 },
    group: { name: "type", data: [{ name: "credit", count: 2 }] },
  });
});

describe("refusals", () => {
  const refused = (query: Query, as = tenant.reader) => failureOf(search(query, as));

  it.each<[string, Query, string[]]>([
    ["a column that there is not", { filters: [text("colour", "eq", "red")] }, ["query.filters[0].name"]],
    [
      "an operator of texts on a number",
      { filters: [number("amount", "like", 1)] },
      ["query.filters[0].operator"],
    ],
    [
      "an operator of numbers on a text",
      { filters: [text("type", "gt", "a")] },
      ["query.filters[0].operator"],
    ],
    [
      "an operator of texts on a time",
      { filters: [text("created_at", "empty", "")] },
      ["query.filters[0].operator", "query.filters[0]"],
    ],
    ["text where a number belongs", { filters: [text("amount", "eq", "many")] }, ["query.filters[0]"]],
    ["a number where text belongs", { filters: [number("type", "eq", 1)] }, ["query.filters[0]"]],
    ["no value", { filters: [{ name: "amount", operator: "eq" }] }, ["query.filters[0]"]],
    ["a time that is none", { filters: [text("created_at", "gt", "yesterday")] }, ["query.filters[0]"]],
    [
      "a day that there is not",
      { filters: [text("created_at", "gt", "2024-13-01T00:00:00Z")] },
      ["query.filters[0]"],
    ],
    [
      "a pattern that ends in its escape",
      { filters: [text("type", "ilike", "a\\")] },
      ["query.filters[0].stringValue"],
    ],
    [
      "NUL",
      { filters: [text("type", "eq", "\0")], search: "\0" },
      ["query.search", "query.filters[0].stringValue"],
    ],
    ["too many filters", { filters: Array(21).fill(text("type", "eq", "a")) }, ["query.filters"]],
    ["too long a search", { search: "x".repeat(256) }, ["query.search"]],
    ["too large a window", { limit: 10_001, offset: 1_000_001 }, ["query.limit", "query.offset"]],
    ["an order that is none", { sort: [{ name: "type", order: "up" }] }, ["query.sort[0].order"]],
    [
      "a column to order by that there is not",
      { sort: [{ name: "x", order: "asc" }] },
      ["query.sort[0].name"],
    ],
    ["three columns to group by", { groupBy: ["type", "source", "userId"] }, ["query.groupBy"]],
    ["a column to group by that there is not", { groupBy: ["x"] }, ["query.groupBy[0]"]],
  ])("%s", async (_what, query, fields) => {
    const failure = await refused(query);
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("a float that is no number", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(faultyFields(await refused({ filters: [number("amount", "eq", value)] }))).toEqual([
        "query.filters[0]",
      ]);
    }
  });

  it("an organization that there is not, and none", async () => {
    const client = frontier(service.platform);
    expect((await failureOf(client.searchOrganizationTokens({ id: uuidv7() }))).code).toBe(Code.NotFound);
    expect(faultyFields(await failureOf(client.searchOrganizationTokens({})))).toEqual(["id"]);
  });

  it("other organizations' callers, and strangers", async () => {
    const other = await service.tenant();
    expect((await refused({}, other.admin)).code).toBe(Code.PermissionDenied);
    expect((await refused({}, { ...tenant.reader, clientSecret: "wrong" })).code).toBe(Code.Unauthenticated);
  });
});
