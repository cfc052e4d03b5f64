import { findingsIn, partOf, type Source, sources } from "../sources.ts";
import { argumentsOf, chainOf, type Node, nameOf, nodesOf, textOf, textsIn, treeOf } from "../syntax.ts";

const statement = /\b(select [\w*"].* from|insert into|update \w+ set|delete from|truncate) /is;

/** Statements that read with no limit of their own, and what bounds each. */
const boundOtherwise: Readonly<Record<string, readonly [statements: number, by: string]>> = {
  "books/account.ts": [1, "whoever selects from it"],
  "books/account-credits.ts": [1, "whoever selects from it"],
  "books/account-reader.ts": [1, "the counter-accounts of one page, each with a stripe a lane"],
  "books/balances.ts": [1, "the balances that are asked for"],
  "books/epoch.ts": [1, "one row of functions"],
  "books/followed-transfers.ts": [
    4,
    "the least position of two index ranges; one row of functions; the keys of a page",
  ],
  "books/limit-changes.ts": [1, "what it selects from, which has a limit for each of three targets"],
  "books/periods.ts": [1, "whoever selects from it"],
  "books/token-query.ts": [1, "one value"],
  "books/token-search.ts": [1, "the rows that a search may count"],
  "books/transaction-search.ts": [1, "what it selects from, which has a limit"],
  "books/wallets.ts": [1, "whoever selects from it"],
  "customers/customer-deletion.ts": [1, "one row by its key"],
  "customers/customer-lookup.ts": [2, "the customers that are asked for"],
  "customers/customer-names.ts": [4, "the names that are asked for"],
  "customers/customer-row.ts": [3, "one row by its key; the accounts of one customer, one a currency"],
  "customers/developers.ts": [
    2,
    "look-ups of each id and each email that a call names, each with the page's limit",
  ],
  "driver/clock.ts": [1, "one row of functions"],
  "driver/statements/counting.ts": [1, "what it counts, which has a limit"],
  "driver/migrate.ts": [5, "one row"],
  "journal/entries.ts": [1, "whoever selects from it"],
  "journal/known.ts": [1, "the operations that are asked for"],
  "restoration/numbers.ts": [3, "one row; the changes that another server numbered, once"],
  "rights/rights.ts": [1, "the roles of one role"],
  "settlement/account-ids.ts": [1, "the accounts of a batch"],
  "settlement/account-update.ts": [2, "the accounts of a batch"],
  "settlement/ceilings.ts": [1, "the currencies of a batch, by their keys"],
  "settlement/change.ts": [2, "the newest of an index"],
  "settlement/due-holds.ts": [3, "the accounts of a batch; limits within; the holds of a batch"],
  "settlement/home.ts": [1, "one row by its key"],
  "settlement/lock.ts": [2, "the accounts of a batch"],
  "settlement/moment.ts": [1, "one row of functions"],
  "settlement/write-change.ts": [1, "the accounts and holds of a batch"],
  "settlement/write-together.ts": [2, "the accounts of a batch; what is wrong, one row"],
  "settlement/write.ts": [1, "the accounts and holds of a batch"],
  "tenants/credential-lookup.ts": [1, "whoever selects from it"],
  "tenants/organization-lock.ts": [1, "one row, a count of none"],
  "tenants/organizations.ts": [6, "one row by its key"],
  "tenants/platform-admins.ts": [1, "one row of functions"],
  "terms/account-limit.ts": [1, "one row by its key"],
  "terms/currencies.ts": [1, "one row by its key"],
  "terms/currency-lock.ts": [1, "one row of functions"],
  "terms/stranded-balances.ts": [1, "what it selects from, which has a limit"],
};

/** Reads that say no `limit`: chains of Drizzle's, and statements that are written out. */
function* unlimitedIn(tree: Node): Generator<string> {
  const calls = nodesOf(tree, "CallExpression");
  const inner = new Set(calls.map(({ callee }) => (callee as Node)["object"]));
  for (const call of calls.filter((each) => !inner.has(each))) {
    const chain = chainOf(call);
    if (chain.includes("select") && chain.includes("from") && !chain.includes("limit"))
      yield chain.toReversed().join(".");
  }
  for (const { template } of nodesOf(tree, "TaggedTemplateExpression")) {
    const text = textOf(template as Node).trim();
    const isStatement = /^\(?\s*(select|update|delete|with)\b/i.test(text);
    if (isStatement && !textsIn(template).some((each) => /\blimit\b/i.test(each)))
      yield text.replaceAll(/\s+/g, " ").slice(0, 80);
  }
}

/** Inserts into changes: chains of Drizzle's, and statements that are written out. */
function* changesInsertedIn(tree: Node): Generator<string> {
  const isTable = (node: unknown) => nameOf(node) === "changes";
  for (const call of nodesOf(tree, "CallExpression")) {
    if (nameOf(call["callee"]) === "insert" && argumentsOf(call).some(isTable)) yield "insert(changes)";
  }
  for (const { template } of nodesOf(tree, "TaggedTemplateExpression")) {
    const text = textOf(template as Node);
    const values = (template as Node)["expressions"] as readonly Node[];
    if (
      /\binsert\s+into\s+"?changes\b/i.test(text) ||
      (/\binsert\s+into\b/i.test(text) && values.some(isTable))
    )
      yield text;
  }
}

/** The audit reads whole tables, in time that its caller gives it; distribution reads the catalog. */
const unbounded = ["src/store/audit/", "src/store/distribution/"];
const store = sources.filter(
  ({ path }) => partOf(path) === "store" && !unbounded.some((folder) => path.startsWith(folder)),
);

describe("SQL", () => {
  it("is written in store/ alone; in embedded/ to make the database, in tools/ for tables that are not ours", () => {
    const others = sources.filter(({ path }) => !["store", "embedded", "tools"].includes(partOf(path)));
    expect(findingsIn(others, ({ tree }) => textsIn(tree).filter((text) => statement.test(text)))).toEqual(
      [],
    );
  });

  it("never works without a bound: what has no limit is bounded otherwise", () => {
    const counted = store
      .map(
        ({ path, tree }: Source) => [path.slice("src/store/".length), [...unlimitedIn(tree)].length] as const,
      )
      .filter(([, statements]) => statements > 0);
    const expected = Object.entries(boundOtherwise).map(([path, [statements]]) => [path, statements]);
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
  });

  it("inserts changes in one place, which says how each gets its number", () => {
    const inserting = sources.filter(({ tree }) => [...changesInsertedIn(tree)].length > 0);
    expect(inserting.map(({ path }) => path)).toEqual(["src/store/settlement/change.ts"]);
  });

  it.each([
    "sql`insert into changes (org_id) values (1)`",
    'sql`\n  INSERT  INTO "changes" (org_id) values (1)`',
    `sql\`insert into \${changes} (org_id) values (1)\``,
    "orm.insert(changes).values(change).returning()",
  ])("is seen where it inserts a change: %s", (text) => {
    expect([...changesInsertedIn(treeOf(text))]).toHaveLength(1);
    expect([
      ...changesInsertedIn(treeOf("orm.insert(holds); sql`insert into holds (id) values (1)`")),
    ]).toEqual([]);
  });

  it("looks ids up one by one where an index that lists what an organization has ends with the id", () => {
    // Accounts have no such index.
    const others = store.filter(
      ({ path }) => !["lock.ts", "write-change.ts"].some((name) => path.endsWith(`/settlement/${name}`)),
    );
    expect(
      findingsIn(others, ({ tree }) => textsIn(tree).filter((text) => /\bid = any\(/.test(text))),
    ).toEqual([]);
  });

  it.each([
    ["a list", "orm.select().from(holds).where(isDue).orderBy(asc(id))"],
    ["a list in no order", "orm.select().from(holds).where(isDue)"],
    ["a statement", "sql`select id from holds where org_id = ${org}`"],
    ["a change", "sql`update holds set state = 'expired' where expires_at < now()`"],
  ])("is seen where %s has no bound", (_, text) => {
    expect([...unlimitedIn(treeOf(text))]).toHaveLength(1);
    expect([...unlimitedIn(treeOf("orm.select().from(holds).limit(1); sql`select 1 limit ${n}`"))]).toEqual(
      [],
    );
  });
});
