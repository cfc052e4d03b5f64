import {
  brokenRule,
  isLockOfCoordinator,
  isOutOfTurn,
  isWrongCte,
  wrongBesideChanges,
} from "./statements.ts";

describe("a statement", () => {
  it.each([
    ["of one table", "select * from accounts where id = $1"],
    [
      "of a sub-select",
      "select (select 1 from holds h where h.account_id = a.id) from accounts a where a.org_id = $1",
    ],
    [
      "of a join",
      'select 1 from "accounts" left join "customers" on "customers"."org_id" = "accounts"."org_id" where "accounts"."org_id" = $1',
    ],
    ["of an update", "update holds as h set state = '' from unnest($1) as r where h.id = r.id"],
  ])("without an org_id of its own is seen: %s", (_, text) => {
    expect(brokenRule(text)).toBe("a table without an org_id of its own");
  });

  it.each([
    [
      "a change that a role which serves has no right to",
      "with gone as (delete from operations where org_id = $1 returning id) select id from gone",
    ],
    [
      "an upsert that sets the organization",
      "insert into holds (org_id) values ($1) on conflict (id) do update set org_id = $1",
    ],
    [
      "now() in CASE or COALESCE of an UPDATE",
      'update "credentials" set "revoked_at" = coalesce("credentials"."revoked_at", now()) where client_id = $1',
    ],
    [
      "now() in CASE or COALESCE of an UPDATE",
      "update accounts set due_at = case when held > 0 then now() end where org_id = $1",
    ],
    ["a slice of an array in what is set", "update accounts set ids = ids[2:] where org_id = $1"],
    [
      "a slice of an array in what is set",
      "insert into holds as h (org_id) values ($1) on conflict (org_id, id) do update set ids = h.ids[$2:$3]",
    ],
    ["a change that a role which serves has no right to", "delete from operations where org_id = $1"],
    [
      "a change that a role which serves has no right to",
      "insert into changes (org_id) values ($1) on conflict (org_id, position) do update set at = $2",
    ],
    [
      "a change that a role which serves has no right to",
      'select 1 from "operations" where "operations"."org_id" = $1 for share',
    ],
  ])("is seen that has %s", (rule, text) => {
    expect(brokenRule(text)).toBe(rule);
  });

  it.each([
    [
      'select 1 from "accounts" left join "customers" on "customers"."org_id" = $1 where "accounts"."org_id" = $2',
    ],
    [
      "insert into changes (org_id, operations) select home, $1 from (select org_id as home from customers where org_id = $2::uuid) as c",
    ],
    ["select 1 from organizations where id = $1"],
    ["update accounts set ids = array[$2::uuid, ids[1]] where org_id = $1"],
    ['select 1 from "accounts" where "org_id" = $1 order by "id" for no key update'],
    ['insert into "developers" ("org_id") values ($1) on conflict ("org_id") do update set "user_name" = $2'],
    ['update "credentials" set "revoked_at" = least("credentials"."revoked_at", now()) where client_id = $1'],
  ])("that distributes breaks no rule: %s", (text) => {
    expect(brokenRule(text)).toBeUndefined();
  });
});

it.each([
  ["with done as (insert into operations (id) values ($1) returning id) select id from done", true, true],
  ["with done as\n  (delete from holds where org_id = $1 returning id) select id from done", true, true],
  ["with named as (select ';' as s), done as (update accounts set held = 0) select 1", true, true],
  [
    "with updated as (\n  update accounts as a set held = $1 returning id) insert into changes select id",
    false,
    true,
  ],
  ["with due as (select id from holds where org_id = $1) update accounts set held = $2", false, false],
  ["insert into changes (org_id) values ($1)", false, false],
])("is seen with a CTE that writes: %s", (text, isWrongAlone, isWrongDistributed) => {
  expect(isWrongCte(text, false)).toBe(isWrongAlone);
  expect(isWrongCte(text, true)).toBe(isWrongDistributed);
});

it("sees what a transaction may not write beside changes", () => {
  const change = "insert into changes (org_id) values ($1)";
  const [account, organization] = ["update accounts set held = $1", 'update "organizations" set "name" = $1'];
  expect(wrongBesideChanges([organization, change], false)).toEqual(["organizations"]);
  expect(wrongBesideChanges([account, change], true)).toEqual([]);
  const both = `with named as (${organization} returning id) ${change}`;
  expect(wrongBesideChanges([both], false)).toEqual(["organizations"]);
  expect(wrongBesideChanges([organization, account], true)).toEqual([]);
  const copied = "insert into holds (org_id) select $1::uuid from unnest($2::uuid[]) as r (id)";
  expect(wrongBesideChanges([copied, change], false)).toEqual([]);
  expect(wrongBesideChanges([copied, change], true)).toEqual(["holds"]);
  const beside =
    "insert into holds (org_id) select home from (select 1 as home) as c cross join unnest($1::uuid[])";
  expect(wrongBesideChanges([beside, change], true)).toEqual([]);
});

it("sees a lock that the coordinator keeps", () => {
  const lock = "select pg_advisory_xact_lock_shared(7400003, hashtext($1))";
  expect(isLockOfCoordinator(lock)).toBe(true);
  expect(isLockOfCoordinator(`${lock} from (select count(*) from customers where org_id = $2) as home`)).toBe(
    false,
  );
});

it("sees a change that is written out of turn, or not as the last", () => {
  const turn =
    "select pg_advisory_xact_lock(7400005, hashtext($1)) from customers where org_id = $2 and id = $3";
  const [change, account] = ["insert into changes (org_id) values ($1)", "update accounts set held = $1"];
  expect(isOutOfTurn([account, turn, change])).toBe(false);
  expect(isOutOfTurn([account, turn])).toBe(false);
  for (const wrong of [[account, change], [change], [turn, account, change], [turn, change, account]])
    expect(isOutOfTurn(wrong)).toBe(true);
});
