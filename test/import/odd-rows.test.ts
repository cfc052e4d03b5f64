import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import { byProgram, inProcess, type RunToEnd } from "../lifecycle/outcome.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { addAccount, addOrganization, addTransaction, createFrontier } from "./frontier-database.ts";

let frontier: TestDatabase;
let service: TestService;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  frontier = await createFrontier();
});
afterEach(() => frontier.drop());
afterAll(() => service.stop());

const there = <T>(work: (sql: Sql) => Promise<T>) => withSql(frontier.url, work);
const here = <T>(work: (sql: Sql) => Promise<T>) => withSql(service.databaseUrl, work);
const clients = () => connectClients(service.url, service.platform);

/** Imports, and answers the exit code, the lines of remarks and those of the summary. The ledger is sound afterwards. */
async function imported({ args = [], run = inProcess }: { args?: string[]; run?: RunToEnd } = {}) {
  const command = ["import", "frontier", "--from", frontier.url, ...args];
  const { code, stdout, stderr } = await run(command, { DATABASE_URL: service.databaseUrl });
  expect({ code, stderr }).toEqual({
    code,
    stderr: expect.stringMatching(/^(\d+ of \d+ organizations, .*\n)*$/),
  });
  expect((await clients().ledger.verifyLedger({})).violations).toEqual([]);
  const lines = stdout.trimEnd().split("\n");
  const isRemark = (line: string) => /^(Not imported|Note): /.test(line);
  return {
    code,
    remarks: lines.filter(isRemark).sort(),
    summary: lines.filter((line) => !isRemark(line)),
  };
}

/** An organization with an account. */
async function makeAccount(sql: Sql, row: Readonly<Record<string, unknown>> = {}) {
  const orgId = await addOrganization(sql, { name: `org-${randomUUID().slice(0, 8)}` });
  return { orgId, accountId: await addAccount(sql, orgId, row) };
}

const balanceOf = async (accountId: string) => {
  const { balance } = await clients().frontier.getBillingBalance({ id: accountId });
  return balance?.amount;
};

/** An account's transfers in their order, each with its time there. */
const transfersOf = (accountId: string) =>
  here(
    (sql) => sql`
      select id, kind, trim_scale(amount)::text as amount, source, metadata::text, refers_to,
        case when kind = 'charge' then from_at else to_at end as at
      from operations where ${accountId} in (from_customer_id, to_customer_id)
      order by case when kind = 'charge' then from_version else to_version end`,
  );

describe("tallystick import frontier", () => {
  it("takes organizations as they are: none of an account, deleted, of a name like another's, or of none that fits", async () => {
    const [idle, upper, lower, dotted, deleted] = await there(async (sql) => [
      await addOrganization(sql, { name: "idle", title: "Idle Ltd" }),
      await addOrganization(sql, { name: "Acme" }),
      await addOrganization(sql, { name: "acme" }),
      await addOrganization(sql, { name: "acme.example" }),
      await addOrganization(sql, { name: "gone", deleted_at: "2024-05-01" }),
    ]);
    const hidden = await there((sql) => addAccount(sql, deleted));
    const { code, remarks } = await imported();
    expect({ code, remarks }).toEqual({
      code: 0,
      remarks: [
        `Note: organization ${dotted} is called "acme.example", which is no name here: it is found by its id alone.`,
      ],
    });
    const { organizations } = clients();
    for (const [name = "", id] of [
      ["Acme", upper],
      ["acme", lower],
      [dotted, dotted],
      ["idle", idle],
    ]) {
      const { organization } = await organizations.getOrganization({ organization: name });
      expect(organization?.id).toBe(id);
    }
    expect(await organizations.getOrganization({ organization: "idle" })).toMatchObject({
      organization: { displayName: "Idle Ltd" },
    });
    await expect(balanceOf(hidden)).rejects.toThrow(`customer not found: ${hidden}`);
  });

  it("leaves out an organization whose name is taken, or that shows another currency, and nothing else", async () => {
    const { organizations } = clients();
    const { organization: demo } = await organizations.createOrganization({ name: "demo" });
    const { organization: euro } = await organizations.createOrganization({
      name: "euro",
      frontierCurrency: "EUR",
    });
    const made = await there(async (sql) => {
      const namesake = await addOrganization(sql, { name: "demo" });
      await sql`insert into organizations (id, name) values (${euro?.id ?? ""}, 'euro')`;
      const account = await addAccount(sql, namesake);
      await addTransaction(sql, { account_id: account, type: "credit", amount: 5 });
      const other = await makeAccount(sql);
      await addTransaction(sql, { account_id: other.accountId, type: "credit", amount: 7 });
      return { namesake, account, other };
    });
    const wanted = {
      code: 1,
      remarks: [
        `Not imported: balance of billing account ${made.account} is 5 in Frontier, and what is here of it comes to 0.`,
        `Not imported: organization ${euro?.id} shows EUR to Frontier's clients here, and its credits are VC.`,
        `Not imported: organization ${made.namesake} is called "demo", as organization ${demo?.id} is here: rename one of them.`,
      ].sort(),
    };
    expect(await imported({ args: ["--dry-run"] })).toMatchObject({
      ...wanted,
      remarks: wanted.remarks.slice(1),
    });
    expect(await imported({ run: byProgram })).toMatchObject(wanted);
    expect(await balanceOf(made.other.accountId)).toBe(7n);
  });

  it("takes billing accounts with their limit, state, deletion, address and tax ids", async () => {
    const address = {
      line1: "1 Mint St",
      line2: "",
      city: "London",
      state: "",
      postal_code: "E1",
      country: "GB",
    };
    const { orgId, ids } = await there(async (sql) => {
      const orgId = await addOrganization(sql, { name: "several" });
      const tax = sql.json({ taxids: [{ Type: "gb_vat", ID: "GB123" }] });
      const common = { created_at: "2024-03-01", updated_at: "2024-04-01T10:00:00.123456Z" };
      const active = {
        credit_min: -500,
        due_in_days: 14,
        phone: "1",
        currency: "GBP",
        tax,
        address: sql.json(address),
      };
      return {
        orgId,
        ids: [
          await addAccount(sql, orgId, { ...common, ...active, metadata: sql.json({ plan: "a" }) }),
          await addAccount(sql, orgId, {
            ...common,
            state: "disabled",
            credit_min: 50,
            address: sql`'null'::jsonb`,
          }),
          await addAccount(sql, orgId, { ...common, deleted_at: "2024-05-01", tax: null }),
          await addAccount(sql, orgId, { ...common, created_at: "2023-01-01" }),
        ],
      };
    });
    const [active = "", disabled = "", deleted = "", second = ""] = ids;
    const { code, remarks } = await imported();
    expect({ code, remarks }).toEqual({
      code: 0,
      remarks: [
        `Note: billing account ${second} is disabled here: account ${active} of its organization is the active one.`,
      ],
    });
    const { frontier: client } = clients();
    const { billingAccount, billingDetails } = await client.getBillingAccount({
      orgId,
      withBillingDetails: true,
    });
    expect(billingDetails).toMatchObject({ creditMin: -500n, dueInDays: 14n });
    expect(billingAccount).toMatchObject({
      ...{
        id: active,
        name: "Account",
        phone: "1",
        currency: "gbp",
        state: "active",
        metadata: { plan: "a" },
      },
      address: { line1: "1 Mint St", city: "London", postalCode: "E1", country: "GB" },
      taxData: [{ type: "gb_vat", id: "GB123" }],
      updatedAt: { seconds: 1_711_965_600n, nanos: 123_000_000 },
    });
    const floor = await client.getBillingAccount({ orgId, id: disabled, withBillingDetails: true });
    expect(floor).toMatchObject({
      billingAccount: { state: "disabled" },
      billingDetails: { creditMin: 50n },
    });
    expect(floor.billingAccount?.address).toBeUndefined();
    await expect(balanceOf(deleted)).rejects.toThrow("customer not found");
    expect(await balanceOf(second)).toBe(0n);
  });

  it("follows which account is the active one, and leaves what was changed here", async () => {
    const { orgId, first } = await there(async (sql) => {
      const { orgId, accountId } = await makeAccount(sql, { updated_at: "2024-01-01" });
      return { orgId, first: accountId };
    });
    await imported();
    await here(
      (sql) => sql`update customers set name = 'Ours', updated_at = '2024-02-01' where id = ${first}`,
    );
    expect((await imported()).summary[1]).toMatch(/ 1 billing accounts, .*; 0 billing accounts updated\./);
    const second = await there(async (sql) => {
      await sql`update billing_customers set state = 'disabled', updated_at = '2024-03-01' where id = ${first}`;
      return addAccount(sql, orgId);
    });
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    const { billingAccounts } = await clients().frontier.listBillingAccounts({ orgId });
    expect(new Map(billingAccounts.map(({ id, name, state }) => [id, `${name} ${state}`]))).toEqual(
      new Map([
        [first, "Account disabled"],
        [second, "Account active"],
      ]),
    );
  });

  it.each<[string, (orgId: string, accountId: string) => string]>([
    ["Frontier's", (orgId, accountId) => `/v1beta1/organizations/${orgId}/billing/${accountId}`],
    ["Apigee X's", (orgId, accountId) => `/v1/organizations/${orgId}/developers/${accountId}`],
  ])("does not bring back what was deleted here, through %s interface", async (_face, pathOf) => {
    const { orgId, accountId } = await there((sql) => makeAccount(sql, { updated_at: "2024-01-01" }));
    await imported();
    const { status } = await restClient(service.url, service.platform).delete(pathOf(orgId, accountId));
    expect(status).toBe(200);
    await there(
      (sql) =>
        sql`update billing_customers set name = 'Theirs', updated_at = '2024-02-01' where id = ${accountId}`,
    );
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    await expect(balanceOf(accountId)).rejects.toThrow("customer not found");
  });

  it("leaves out a billing account whose id or email is a customer's here", async () => {
    const { orgId, mine, emails } = await there(async (sql) => {
      const { orgId, accountId } = await makeAccount(sql, { state: "disabled" });
      return { orgId, mine: accountId, emails: await addAccount(sql, orgId, { email: "One@Example.com" }) };
    });
    const { customers, organizations } = clients();
    await organizations.createOrganization({ id: orgId, name: "mine" });
    await customers.createCustomer({ organization: orgId, id: mine, email: "two@example.com" });
    const { customer } = await customers.createCustomer({ organization: orgId, email: "one@example.com" });
    expect(await imported()).toMatchObject({
      code: 1,
      remarks: [
        `Not imported: billing account ${emails} has the email of customer ${customer?.id} here: change one of them.`,
        `Not imported: billing account ${mine} has the id of a customer here that is no billing account.`,
      ].sort(),
    });
  });

  it("books credits, debits and reverts with their ids, times and words", async () => {
    const { accountId, ids } = await there(async (sql) => {
      const { accountId } = await makeAccount(sql);
      const book = (type: "credit" | "debit", amount: number, row = {}) =>
        addTransaction(sql, {
          account_id: accountId,
          type,
          amount,
          created_at: "2024-02-03T04:05:06.789999Z",
          ...row,
        });
      const revertOf = (usage: string) => ({
        source: "system.revert.api",
        metadata: sql.json({ revert_request_using: usage }),
      });
      const usage = await book("debit", 30, { source: "API", metadata: sql.json({ b: 1, a: "\u00e4" }) });
      const ids = [
        usage,
        // Of the same moment as what they give back.
        ...[await book("credit", 10, revertOf(usage)), await book("credit", 20, revertOf(usage))],
      ];
      const later = { created_at: "2024-02-04T00:00:00Z" };
      const credit = await book("credit", 5, {
        ...later,
        source: "System.Buy",
        metadata: sql`'null'::jsonb`,
      });
      ids.push(credit, await book("credit", 1, { ...revertOf(usage), created_at: "2024-02-05T00:00:00Z" }));
      ids.push(await book("credit", 1, { ...revertOf(credit), created_at: "2024-02-06T00:00:00Z" }));
      ids.push(await book("credit", 1, { ...revertOf(randomUUID()), created_at: "2024-02-07T00:00:00Z" }));
      ids.push(await book("credit", 1, { ...revertOf("nonsense"), created_at: "2024-02-08T00:00:00Z" }));
      return { accountId, ids };
    });
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    const transfers = await transfersOf(accountId);
    const [usage, , , credit] = ids;
    const [, one, two] = transfers.map(({ id }) => id);
    expect([one, two].sort()).toEqual([ids[1], ids[2]].sort());
    expect(transfers.map(({ id }) => id)).toEqual([usage, one, two, ...ids.slice(3)]);
    expect(transfers.map(({ kind, refers_to }) => [kind, refers_to])).toEqual([
      ["charge", null],
      ["refund", usage],
      ["refund", usage],
      ...ids.slice(3).map(() => ["credit", null]),
    ]);
    expect(transfers[0]).toMatchObject({ source: "api", metadata: '{"a": "\u00e4", "b": 1}' });
    expect(transfers[0]?.["at"]).toEqual(new Date("2024-02-03T04:05:06.789Z"));
    expect(transfers[3]).toMatchObject({ id: credit, source: "system.buy", metadata: "{}" });
    expect(await balanceOf(accountId)).toBe(9n);
    const { debited } = await clients().frontier.totalDebitedTransactions({ billingId: accountId });
    expect(debited?.amount).toBe(0n);
  });

  it("knows a usage that was reported there again, whatever its request had left to be said, and books what is new beside it", async () => {
    const { orgId, accountId, ids } = await there(async (sql) => {
      const made = await makeAccount(sql);
      const book = (type: "credit" | "debit", amount: number, source: string) =>
        addTransaction(sql, { account_id: made.accountId, type, amount, source });
      await book("credit", 100, "system.buy");
      return {
        ...made,
        ids: [await book("debit", 10, "system"), await book("debit", 20, "system")] as const,
      };
    });
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    const { frontier: clientOf } = clients();
    const usage = (id: string, amount: bigint, source: string) => ({ id, amount, source });
    const [plain, fresh] = [usage(ids[0], 10n, ""), usage(randomUUID(), 1n, "")];
    const report = async (billingId: string, ...usages: ReturnType<typeof usage>[]) =>
      (await failureOf(clientOf.createBillingUsage({ orgId, billingId, usages }))).reason;
    expect(await report("", plain, usage(ids[1], 20n, "system"))).toBe("KEY_REUSED");
    expect(await report(accountId, plain)).toBe("KEY_REUSED");
    expect(await report("", plain, fresh)).toBe("KEY_REUSED");
    expect(await balanceOf(accountId)).toBe(69n);
    expect(await report("", usage(ids[0], 11n, ""))).toBe("KEY_CONFLICT");
    expect(await report("", usage(ids[0], 10n, "api"))).toBe("KEY_CONFLICT");
  });

  it("does not give back to one account what was taken from another", async () => {
    const { second } = await there(async (sql) => {
      const { orgId, accountId } = await makeAccount(sql);
      const usage = await addTransaction(sql, { account_id: accountId, type: "debit", amount: 30 });
      const second = await addAccount(sql, orgId, { state: "disabled" });
      const metadata = sql.json({ revert_request_using: usage });
      await addTransaction(sql, {
        account_id: second,
        type: "credit",
        amount: 3,
        source: "system.revert.a",
        metadata,
      });
      return { second };
    });
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    expect(await transfersOf(second)).toMatchObject([{ kind: "credit", amount: "3" }]);
  });

  it("reports each row that the ledger cannot hold, and books the rest", async () => {
    const { accountId, orgId, rows } = await there(async (sql) => {
      const { orgId, accountId } = await makeAccount(sql);
      let minute = 0;
      const book = (type: "credit" | "debit", amount: number | string, row = {}) => {
        minute += 1;
        return addTransaction(sql, {
          ...{
            account_id: accountId,
            type,
            amount,
            created_at: new Date(Date.UTC(2024, 1, 1, 0, minute)),
            ...row,
          },
        });
      };
      await book("credit", 100);
      const rows = {
        empty: await book("credit", 0, { source: "system.revert.api" }),
        negative: await book("debit", -4),
        array: await book("debit", 4, { metadata: sql.json([1]) }),
        endless: await book("debit", 4),
        typeless: randomUUID(),
        accountless: randomUUID(),
        orphan: randomUUID(),
        huge: await book("credit", "9223372036854775807"),
        tooHuge: await book("credit", "9223372036854775807"),
        taken: await book("debit", 1),
      };
      await sql`update billing_transactions set created_at = 'infinity' where id = ${rows.endless}`;
      await sql`insert into billing_transactions (id, account_id, type, amount)
        values (${rows.typeless}, ${accountId}, null, 3), (${rows.accountless}, null, 'debit', 3),
          (${rows.orphan}, ${rows.orphan}, 'debit', 3)`;
      await book("debit", 250);
      return { orgId, accountId, rows };
    });
    const { organizations, customers, ledger } = clients();
    await organizations.createOrganization({ id: orgId, name: "early" });
    const { customer } = await customers.createCustomer({ organization: orgId });
    const native = {
      organization: orgId,
      customer: customer?.id ?? "",
      currency: "VC",
      kind: 1,
      amount: "1",
    };
    await ledger.createTransfer(native);
    const usages = [{ id: rows.taken, amount: 1n }];
    await clients().frontier.createBillingUsage({ orgId, billingId: native.customer, usages });

    const { code, remarks, summary } = await imported();
    expect(code).toBe(1);
    const total = 100n - -4n - 4n - 4n + 2n * 9223372036854775807n - 1n - 250n;
    const kept = 100n + 9223372036854775807n - 250n;
    expect(remarks).toEqual(
      [
        `Not imported: transaction ${rows.tooHuge} would make a balance of more than 19 digits, or a total of more than 29.`,
        `Note: transaction ${rows.empty} is of amount 0, which moves nothing.`,
        `Not imported: transaction ${rows.negative} has the amount -4, which is below 0.`,
        `Not imported: transaction ${rows.array} has metadata that is no JSON object.`,
        `Not imported: transaction ${rows.endless} has a time outside the years 1 to 9999.`,
        `Not imported: transaction ${rows.typeless} has the type null, and not credit or debit.`,
        `Not imported: transaction ${rows.accountless} is of billing account null, which Frontier does not have.`,
        `Not imported: transaction ${rows.orphan} is of billing account ${rows.orphan}, which Frontier does not have.`,
        `Not imported: transaction ${rows.taken} has the id of another change of the organization here.`,
        `Not imported: balance of billing account ${accountId} is ${total} in Frontier, and what is here of it comes to ${kept}.`,
      ].sort(),
    );
    expect(summary.at(-1)).toBe("9 could not be imported.");
  });

  it("keeps a balance below zero, and time that never goes back or ahead", async () => {
    const { accountId, debit, ahead } = await there(async (sql) => {
      const { accountId } = await makeAccount(sql);
      const book = (amount: number, at: string) =>
        addTransaction(sql, { account_id: accountId, type: "debit", amount, created_at: at });
      return { accountId, debit: await book(5, "2024-01-01"), ahead: await book(6, "9000-01-01") };
    });
    expect((await imported()).summary[2]).toBe(
      "Otherwise than there: 0 transactions of amount 0 left out, 1 under a later or an earlier time.",
    );
    expect(await balanceOf(accountId)).toBe(-11n);
    const late = await there((sql) =>
      addTransaction(sql, { account_id: accountId, type: "credit", amount: 1, created_at: "2023-01-01" }),
    );
    expect((await imported()).summary[2]).toContain(", 1 under a later");
    const transfers = await transfersOf(accountId);
    expect(transfers.map(({ id }) => id)).toEqual([debit, ahead, late]);
    const [, second, third] = transfers.map((row) => row["at"]);
    expect(second.getTime()).toBeLessThanOrEqual(Date.now());
    expect(third).toEqual(second);
  });

  it("keeps an account's own times, whatever else the service has booked in its organization", async () => {
    const { orgId, accountId } = await there((sql) => makeAccount(sql));
    await imported();
    const { customers, ledger } = clients();
    const { customer } = await customers.createCustomer({ organization: orgId });
    const native = {
      organization: orgId,
      customer: customer?.id ?? "",
      currency: "VC",
      kind: 1,
      amount: "9",
    };
    await ledger.createTransfer(native);
    await there((sql) =>
      addTransaction(sql, {
        account_id: accountId,
        type: "credit",
        amount: 1,
        created_at: "2024-01-01T00:00:00Z",
      }),
    );
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    expect(await transfersOf(accountId)).toMatchObject([{ at: new Date("2024-01-01T00:00:00Z") }]);
    const { accounts } = await ledger.listAccounts({ organization: orgId });
    const funding = accounts.find(({ counterAccount }) => counterAccount === "funding");
    expect(funding?.posted).toBe("-10");
  });

  it("keeps the times of a history that comes in after a newer one", async () => {
    const { orgId, second } = await there(async (sql) => {
      const { orgId, accountId } = await makeAccount(sql);
      const row = { type: "credit", amount: 1 } as const;
      await addTransaction(sql, { ...row, account_id: accountId, created_at: "2024-06-01T00:00:00Z" });
      const second = await addAccount(sql, orgId, {
        email: "taken@example.com",
        created_at: "2999-01-01T00:00:00Z",
      });
      await addTransaction(sql, { ...row, account_id: second, created_at: "2024-01-01T00:00:00Z" });
      return { orgId, second };
    });
    const { customers, organizations } = clients();
    await organizations.createOrganization({ id: orgId, name: "late" });
    const { customer } = await customers.createCustomer({ organization: orgId, email: "taken@example.com" });
    expect(await imported()).toMatchObject({ code: 1 });
    await customers.updateCustomer({
      organization: orgId,
      customer: customer?.id ?? "",
      email: "free@example.com",
    });
    await there((sql) => sql`update billing_customers set state = 'disabled' where id = ${second}`);
    expect(await imported()).toMatchObject({ code: 0 });
    expect(await transfersOf(second)).toMatchObject([{ at: new Date("2024-01-01T00:00:00Z") }]);
  });

  it("may run several times at once", async () => {
    const { accountId } = await there(async (sql) => {
      const { accountId } = await makeAccount(sql);
      await sql`insert into billing_transactions (account_id, type, amount)
        select ${accountId}, case when n % 3 = 0 then 'debit' else 'credit' end, n from generate_series(1, 12_000) n`;
      return { accountId };
    });
    const runs = await Promise.all(Array.from({ length: 3 }, () => imported({ run: byProgram })));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    const booked = runs.map(({ summary }) => Number(/(\d+) transactions/.exec(summary[0] ?? "")?.[1]));
    expect(booked.reduce((sum, count) => sum + count, 0)).toBe(12_000);
    expect(await balanceOf(accountId)).toBe(23_994_000n);
  });

  it("reads a Frontier from before limits, due days and tax ids", async () => {
    const accountId = await there(async (sql) => {
      await sql`alter table billing_customers drop column payment_mode, drop column credit_min, drop column due_in_days,
        drop column tax`;
      return (await makeAccount(sql)).accountId;
    });
    expect(await imported()).toMatchObject({ code: 0, remarks: [] });
    expect(await balanceOf(accountId)).toBe(0n);
  });
});

describe("tallystick import", () => {
  it.each<[string, RunToEnd, string[], RegExp]>([
    ["no database is named", inProcess, ["frontier"], /required option '--from/],
    [
      "what is named is no URL",
      inProcess,
      ["frontier", "--from", "frontier"],
      /^tallystick: --from must be a URL like .*\n$/,
    ],
    [
      "the Frontier is out of reach",
      byProgram,
      ["frontier", "--from", "postgres://me:secret@127.0.0.1:1/none"],
      /^tallystick: --from: the database cannot be reached: (?!.*secret).*\n$/,
    ],
    [
      "there is no such system",
      byProgram,
      ["ledger", "--from", "postgres://127.0.0.1/none"],
      /unknown command 'ledger'/,
    ],
  ])("exits with 2 where %s", async (_what, run, args, line) => {
    const settings = { DATABASE_URL: service.databaseUrl };
    const { code, stdout, stderr } = await run(["import", ...args], settings);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(line);
  });

  it("exits with 2 where what is named is no Frontier, or its own database is not migrated", async () => {
    const empty = await createDatabase("empty");
    const run = (from: TestDatabase, databaseUrl: string) =>
      inProcess(["import", "frontier", "--from", from.url], { DATABASE_URL: databaseUrl });
    const { code, stderr } = await run(empty, service.databaseUrl);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^tallystick: --from: PostgreSQL refused: relation .* does not exist \(42P01\)\. It is no database of a Frontier\.\n$/,
      ),
    });
    const refused = await run(frontier, empty.url);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^tallystick: The database lacks what/),
    });
    await empty.drop();
  });
});
