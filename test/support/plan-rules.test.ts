import { brokenPlan, isOfLargeTable, type Plan } from "./plan-rules.ts";

const scan = (of: Partial<Plan>): Plan => ({
  "Node Type": "Index Scan",
  "Relation Name": "operations",
  "Index Name": "operations_at",
  "Index Cond": "(org_id = $1)",
  ...of,
});
const under = (type: string, ...plans: Plan[]): Plan => ({ "Node Type": type, Plans: plans });
const inner = (plan: Plan): Plan => ({ ...plan, "Parent Relationship": "Inner" });

describe("a plan", () => {
  it.each<[string, Plan]>([
    ["reads a whole table", scan({ "Node Type": "Seq Scan" })],
    ["reads all of an organization", scan({})],
    ["reads all of every organization", under("Limit", under("Sort", scan({ "Index Cond": "" })))],
    ["puts all of an organization in order", under("Limit", under("Sort", scan({})))],
    [
      "does so for each row of something else",
      under("Limit", under("Nested Loop", scan({}), inner(scan({})))),
    ],
    [
      "looks for an organization's rows in those of all",
      under(
        "Limit",
        scan({ "Index Name": "operations_of_all", "Index Cond": "(verb = $2)", Filter: "(org_id = $1)" }),
      ),
    ],
    [
      "looks for rows in those of an organization",
      under("Limit", scan({ "Index Name": "operations_pkey", Filter: "(from_account_id = $2)" })),
    ],
  ])("is seen where it %s", (_, plan) => {
    expect(brokenPlan("select", plan)).toMatch(/operations/);
  });

  it.each<[string, Plan]>([
    ["lists in the order of an index", under("Limit", scan({ Filter: "(kind = $2)" }))],
    [
      "looks rows up",
      under(
        "Nested Loop",
        under("Limit", scan({})),
        inner(scan({ "Index Cond": "((org_id = $1) AND (id = $2))" })),
      ),
    ],
    ["looks a row up by another key", scan({ "Index Cond": "(from_account_id = $2)" })],
    ["and sees whose it is", scan({ "Index Cond": "(from_account_id = $2)", Filter: "(org_id = $1)" })],
    [
      "reads what an organization has few of",
      scan({ "Relation Name": "accounts", "Index Name": "accounts_counter" }),
    ],
    ["reads another table", scan({ "Relation Name": "organizations" })],
  ])("is right where it %s", (_, plan) => {
    expect(brokenPlan("select", plan)).toBeUndefined();
  });
});

it("a statement is looked at where it names a large table", () => {
  expect(isOfLargeTable('select 1 from "operations" "o"')).toBe(true);
  expect(isOfLargeTable("select 1 from organizations")).toBe(false);
});
