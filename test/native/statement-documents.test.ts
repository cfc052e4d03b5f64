import { createHash } from "node:crypto";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { StatementFormat } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const attack = `<script>alert("'1'")</script><img src=x onerror=alert(2)>`;
const shown = "&lt;script&gt;alert(&quot;&#39;1&#39;&quot;)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
  calls = ledgerCalls(service, tenant);
});
afterAll(() => service.stop());

const path = (customer: string, more = "") =>
  `${service.url}/tallystick/v1/organizations/${tenant.orgName}/customers/${customer}/balances/VC:downloadStatement${more}`;
const document = (customer: string, more = "") =>
  fetch(path(customer, more), { headers: { authorization: basic(tenant.reader) } });

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const uuid = "[0-9a-f-]{36}";

it("a period that begins after now, and says no end, is refused: of a statement and of an export", async () => {
  const { ledger } = connectClients(service.url, tenant.reader);
  const startTime = { seconds: 4_102_444_800n, nanos: 0 };
  const asked = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC", startTime };
  for (const answer of [ledger.downloadStatement(asked), ledger.exportEntries(asked)]) {
    const failure = await failureOf(answer[Symbol.asyncIterator]().next());
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(["startTime"]);
  }
});

describe("DownloadStatement, as CSV", () => {
  it("has a row a line between the opening and the closing balance, and a name for its file", async () => {
    const customer = await newCustomer(service, tenant);
    const receipt = await calls.credit("9007199254740993.5", { customer, currency: "USD" });
    await calls.credit("50", { customer, key: "order-1" });
    const { transfer } = await calls.charge("20", { customer, description: "two\nlines", source: "api, v2" });
    await calls.transfer({ kind: 4, customer, toCustomer: tenant.billingId, amount: "5" });
    const answer = await document(customer);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-disposition")).toMatch(
      new RegExp(
        `^attachment; filename="statement_${tenant.orgName}_${customer}_VC_\\d{4}-\\d\\d-\\d\\d.csv"$`,
      ),
    );
    expect(await answer.text()).toMatch(
      new RegExp(
        [
          "^time,kind,description,source,key,transfer,counterparty,amount,balance,currency",
          ",opening balance,,,,,,,0,VC",
          `${time},credit,,,order-1,${uuid},funding,50,50,VC`,
          `${time},charge,"two\nlines","api, v2",,${uuid},revenue,-20,30,VC`,
          `${time},transfer,,,,${uuid},${tenant.billingId},-5,25,VC`,
          `${time},closing balance,,,,,,,25,VC`,
          "$",
        ].join("\r\n"),
      ),
    );
    if (transfer?.createTime === undefined) throw new Error("nothing was booked");
    const at = new Date(timestampMs(transfer.createTime));
    const later = await (await document(customer, `?startTime=${at.toISOString()}`)).text();
    expect(later).toContain(`${at.toISOString()},opening balance,,,,,,,50,VC\r\n`);
    const dollars = path(customer).replace("/VC:", "/USD:");
    const exact = await fetch(dollars, { headers: { authorization: basic(tenant.reader) } });
    expect(await exact.text()).toContain(
      `,${receipt.transfer?.id},funding,9007199254740993.5,9007199254740993.5,USD`,
    );
  });

  it("takes the earliest time that there is, which clients send for none, as any other", async () => {
    const earliest = "0001-01-01T00:00:00Z";
    const customer = await newCustomer(service, tenant);
    await calls.credit("50", { customer });
    const since = await (await document(customer, `?startTime=${earliest}`)).text();
    expect(since).toMatch(
      /^0001-01-01T00:00:00.000Z,opening balance,.*,0,VC\r\n[^,]+,credit,.*,50,50,VC\r\n/m,
    );
    const until = await (await document(customer, `?endTime=${earliest}`)).text();
    expect(until).toContain(`\r\n0001-01-01T00:00:00.000Z,closing balance,,,,,,,0,VC`);
  });

  it("shows texts that a spreadsheet would compute", async () => {
    const customer = await newCustomer(service, tenant);
    await calls.credit("50", { customer, key: "+1", source: "@sum", description: "=cmd|'/c calc'!a1" });
    expect(await (await document(customer)).text()).toMatch(
      new RegExp(`,credit,'=cmd\\|'/c calc'!a1,'@sum,'\\+1,${uuid},funding,50,50,VC\r\n`),
    );
  });
});

describe("DownloadStatement, as HTML", () => {
  const html = (customer: string) => document(customer, "?format=STATEMENT_FORMAT_HTML");

  it("runs nothing that anybody wrote into a text of it, and lets a browser reach nothing", async () => {
    const { customers } = connectClients(service.url, tenant.admin);
    const made = await customers.createCustomer({
      ...{ organization: tenant.orgId, name: attack, email: "<img/src=x/onerror=alert(3)>@evil.example" },
    });
    const customer = made.customer?.id ?? "";
    const { organizations } = connectClients(service.url, service.platform);
    await organizations.updateOrganization({ organization: tenant.orgId, displayName: attack });
    await calls.credit("50", { customer, key: attack, source: attack, description: attack });
    const answer = await html(customer);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toMatch(/^inline; filename="[\w.-]+\.html"$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const text = await answer.text();
    // The name in the title and in the head; the organization's; key, source, description.
    expect(text.split(shown)).toHaveLength(7);
    expect(text).toContain("&lt;img/src=x/onerror=alert(3)&gt;@evil.example");
    const [, style = ""] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
    expect(
      text
        .replace(style, "")
        .match(
          /<(?!\/?(html|head|meta|title|style|body|main|h1|dl|dt|dd|bdi|div|table|thead|tbody|tr|th|td|time|small)\b)/g,
        ),
    ).toEqual(["<"]);
    expect(text).not.toMatch(/<[^>]*\s(on\w+|style|href|src)=/);
    const policy = answer.headers.get("content-security-policy");
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox`,
    );
  });

  it("states what the CSV states", async () => {
    const text = await (await html(tenant.billingId)).text();
    const cells = [...text.matchAll(/<td class="amount">([^<]*)<\/td>/g)].map(([, cell]) => cell);
    const csv = await (await document(tenant.billingId)).text();
    const amounts = csv
      .trimEnd()
      .split("\r\n")
      .slice(1)
      .flatMap((row) => row.split(",").slice(-3, -1).filter(Boolean));
    expect(cells).toEqual(amounts);
  });
});

describe("DownloadStatement", () => {
  it("is a google.api.HttpBody over RPCs", async () => {
    const { ledger } = connectClients(service.url, tenant.reader);
    const asked = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC" };
    const bodies: { contentType: string; data: Uint8Array }[] = [];
    for await (const body of ledger.downloadStatement({ ...asked, format: StatementFormat.HTML }))
      bodies.push(body);
    expect(bodies.map(({ contentType }) => contentType)).toEqual(["text/html; charset=utf-8"]);
    expect(Buffer.concat(bodies.map(({ data }) => data)).toString()).toMatch(
      /^<!doctype html>.*<\/html>\n$/s,
    );
  });

  it("states nothing where nothing happened, and refuses what there is not", async () => {
    const customer = await newCustomer(service, tenant);
    const csv = await (await document(customer)).text();
    expect(csv.split("\r\n").slice(1, 3)).toEqual([
      ",opening balance,,,,,,,0,VC",
      expect.stringMatching(/,closing balance,,,,,,,0,VC$/),
    ]);
    const { ledger } = connectClients(service.url, tenant.reader);
    const ask = async (asked: object) => {
      const whole = { organization: tenant.orgId, customer, currency: "VC", ...asked };
      for await (const _ of ledger.downloadStatement(whole));
    };
    const fields = async (asked: object) => faultyFields(await failureOf(ask(asked)));
    expect(await fields({ currency: "vc" })).toEqual(["currency"]);
    expect(await fields({ customer: "", currency: "" })).toEqual(["customer", "currency"]);
    expect(await fields({ format: 9 })).toEqual(["format"]);
    expect((await failureOf(ask({ customer: "nobody@example.com" }))).code).toBe(Code.NotFound);
  });
});
