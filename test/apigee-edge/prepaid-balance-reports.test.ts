import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { TransactionService } from "../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { ledgerCalls } from "../native/ledger-calls.ts";
import { basic } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { createCompany, forbidden, invalid, missing } from "./edge-client.ts";
import { ann, annId, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const columns =
  "Developer Name,Developer ID,Currency,Transaction Type,Provider Status,Charged Rate,Transaction ID,Payment Reference," +
  "Transaction Start Time,Transaction End Time,Batch Size,";
const months = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split(
  " ",
);

/** The month that the database is in, as criteria say it. */
const thisMonth = () =>
  withSql(service.databaseUrl, async (sql) => {
    const [row] = await sql`select extract(month from now() at time zone 'utc')::int as month,
      extract(year from now() at time zone 'utc')::int as year`;
    const { month, year } = row as unknown as { month: number; year: number };
    return { billingMonth: months[month - 1] ?? "", billingYear: year };
  });
/** Asks as Edge's PHP client does. */
const report = (criteria: object, as = tenant.reader) =>
  fetch(`${service.url}/v1/mint/organizations/${tenant.orgName}/prepaid-balance-reports`, {
    method: "POST",
    headers: {
      authorization: basic(as),
      accept: "application/octet-stream",
      "content-type": "application/json; charset=utf-8",
    },
    body: JSON.stringify(criteria),
  });
const topUp = async (amount: number, options: { owner?: string; id?: string; key?: string } = {}) => {
  const { owner = `/developers/${ann}`, id = "usd", key } = options;
  const { body } = await edge.post(`${owner}/developer-balances`, {
    body: { amount, supportedCurrency: { id } },
    ...(key !== undefined && { header: { "idempotency-key": key } }),
  });
  return (body as { transaction: { id: string; startTime: string } }).transaction;
};

describe("POST prepaid-balance-reports", () => {
  it("answers the top-ups of a month as CSV, the newest as the last line, which nothing ends", async () => {
    const first = await topUp(25.5, { key: "order-1" });
    await ledgerCalls(service, tenant).charge("10", { customer: ann, currency: "USD" });
    const second = await topUp(4.25);
    const month = await thisMonth();
    const criteria = {
      ...{ ...month, billingYear: String(month.billingYear), showTxDetail: true, showSummary: false },
      devCriteria: [{ id: ann, orgId: tenant.orgName }],
      currCriteria: [{ id: "USD", orgId: tenant.orgName }],
    };
    const response = await report(criteria);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [period, developer, application, currency, type, blank, ...rows] = (await response.text()).split(
      "\r\n",
    );
    const day = first.startTime.slice(0, 8);
    expect(period).toMatch(new RegExp(`^Reporting Period:,From:,${day}01,To:,${day}\\d\\d$`));
    expect([developer, application, currency, type, blank]).toEqual([
      ...[`Developer:,${ann},`, "Application:,All", "Currency:,Local"],
      ...["Type of Report:,Detailed Balance Top-up report", ""],
    ]);
    const row = (rate: string, { id, startTime }: typeof first, reference: string) =>
      `Ann Lee,${annId},USD,BALANCE,SUCCESS,${rate},${id},${reference},${startTime},${startTime},1,`;
    expect(rows).toEqual([columns, row("25.5", first, "order-1"), row("4.25", second, "")]);
  });

  it("is of all developers and companies where none is named, and of no other month", async () => {
    await createCompany(service, tenant, "labs");
    await topUp(1);
    await topUp(2, { owner: "/companies/labs", id: "eur" });
    const month = await thisMonth();
    const rows = (await (await report(month)).text()).split("\r\n");
    expect(rows[1]).toBe("Developer:,All,");
    expect(rows.slice(7).map((row) => row.split(",").slice(0, 6).join(","))).toEqual([
      `Ann Lee,${annId},USD,BALANCE,SUCCESS,1`,
      "Acme Labs,labs,EUR,BALANCE,SUCCESS,2",
    ]);
    const none = await report({ ...month, billingYear: month.billingYear - 1 });
    expect(none.status).toBe(404);
    expect(await none.json()).toMatchObject({
      code: "mint.noSuchResource",
      message: "no transaction matches the criteria",
    });
  });

  it("shows texts as they are, and no formula", async () => {
    await topUp(1, { key: '=HYPERLINK("http://evil.example","x")' });
    const [last = ""] = (await (await report(await thisMonth())).text()).split("\r\n").slice(-1);
    expect(last).toContain(`,"'=HYPERLINK(""http://evil.example"",""x"")",`);
  });

  it("answers all lines, or says that they are too many", async () => {
    await topUp(1);
    await withSql(service.databaseUrl, async (sql) => {
      // Copies of one row behind the service's back, which nothing but a listing will read.
      await sql`create temp table copies as select * from operations where org_id = ${tenant.orgId} and kind = 'credit'`;
      // By `offset 0` the record of a row is made once, and not once for each column.
      await sql`insert into operations select (copy).* from (select jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
        'to_version', c.to_version + n, 'from_version', c.from_version + n,
        'to_sequence', c.to_sequence + n, 'from_sequence', c.from_sequence + n)) as copy
        from copies c, generate_series(1, 10000) n offset 0) as copied`;
    });
    const response = await report(await thisMonth());
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ code: "mint.resultTooLarge" });
  });

  it("has each top-up once, also while others come", async () => {
    await topUp(1);
    await withSql(service.databaseUrl, async (sql) => {
      await sql`create temp table copies as select * from operations where org_id = ${tenant.orgId} and kind = 'credit'`;
      await sql`insert into operations select (copy).* from (select jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
        'to_version', c.to_version - n, 'from_version', c.from_version - n,
        'to_sequence', c.to_sequence - n, 'from_sequence', c.from_sequence - n)) as copy
        from copies c, generate_series(1, 2000) n offset 0) as copied`;
    });
    const month = await thisMonth();
    let isReading = true;
    const toppedUp = (async () => {
      while (isReading) await topUp(1);
    })();
    for (let count = 0; count < 5; count += 1) {
      const rows = (await (await report(month)).text()).split("\r\n").slice(7);
      const ids = rows.map((row) => row.split(",")[6]);
      expect(ids.length).toBeGreaterThan(2_000);
      expect(new Set(ids).size).toBe(ids.length);
    }
    isReading = false;
    await toppedUp;
  });

  it("refuses what does not fit", async () => {
    const none = await report({});
    expect(none.status).toBe(400);
    expect(await none.json()).toEqual(
      invalid(
        ["billingMonth", "must be JANUARY, FEBRUARY, … or DECEMBER"],
        ["billingYear", "must be 1970 to 9999"],
      ),
    );
    const nobody = await report({ ...(await thisMonth()), devCriteria: [{ id: "nobody@example.com" }] });
    expect(nobody.status).toBe(404);
    expect(await nobody.json()).toEqual(missing("customer", "nobody@example.com"));
  });

  it("is for readers of the organization", async () => {
    const other = await service.tenant();
    const response = await report(await thisMonth(), other.admin);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual(forbidden);
  });

  it("is the same over Connect", async () => {
    await topUp(3);
    const transport = createConnectTransport({ baseUrl: service.url, httpVersion: "1.1" });
    const criteria = await thisMonth();
    const { report: body } = await createClient(TransactionService, transport).createPrepaidBalanceReport(
      { organization: tenant.orgName, criteria },
      { headers: { authorization: basic(tenant.reader) } },
    );
    expect(body?.contentType).toBe("text/csv; charset=utf-8");
    expect(new TextDecoder().decode(body?.data)).toBe(await (await report(criteria)).text());
  });
});
