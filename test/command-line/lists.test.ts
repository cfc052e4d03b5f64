import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { inProcess } from "../lifecycle/outcome.ts";
import { newCustomer } from "../support/customer.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
/** Ids by what they are of. */
const ids: Record<"ann" | "hold" | "released" | "charge" | "refund", string> = {
  ...{ ann: "", hold: "", released: "", charge: "", refund: "" },
};
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1_000 });
  ids.ann = await newCustomer(service, tenant, { name: "Ann", email: "ann@example.com" });
  const { ledger } = connectClients(service.url, tenant.admin);
  const on = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC" };
  const charge = { ...on, kind: TransferKind.CHARGE, amount: "30", description: "May" };
  ids.charge = (await ledger.createTransfer(charge)).receipt?.transfer?.id ?? "";
  const refund = { organization: tenant.orgId, transfer: ids.charge, amount: "5" };
  ids.refund = (await ledger.refundTransfer(refund)).receipt?.transfer?.id ?? "";
  ids.released = (await ledger.createHold({ ...on, amount: "7" })).receipt?.hold?.id ?? "";
  await ledger.releaseHold({ organization: tenant.orgId, hold: ids.released });
  ids.hold = (await ledger.createHold({ ...on, amount: "40" })).receipt?.hold?.id ?? "";
});
afterAll(() => service.stop());

const onServer = () => ({
  TALLYSTICK_SERVER: service.url,
  TALLYSTICK_CLIENT_ID: tenant.reader.clientId,
  TALLYSTICK_CLIENT_SECRET: tenant.reader.clientSecret,
});

describe.each<[string, () => Record<string, string>]>([
  ["a server", onServer],
  ["a database", () => ({ DATABASE_URL: service.databaseUrl })],
])("over %s", (_way, settings) => {
  const list = (...words: string[]) =>
    inProcess([words[0] ?? "", "list", "--organization", tenant.orgName, ...words.slice(1)], settings());
  const listed = async (...words: string[]) => {
    const { code, stdout, stderr } = await list(...words, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  };
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);

  it("customers are listed, oldest first", async () => {
    expect(idsOf((await listed("customers")).customers)).toEqual([tenant.billingId, ids.ann]);
    const { code, stdout } = await list("customers");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ID +NAME +EMAIL +PAYS +STATE\n/);
    expect(stdout).toContain(`${ids.ann}  Ann       ann@example.com`);
  });

  it("transfers are listed, newest first, also of one kind, one customer and one period", async () => {
    const { transfers } = await listed("transfers");
    expect(idsOf(transfers).slice(0, 2)).toEqual([ids.refund, ids.charge]);
    expect(transfers).toHaveLength(3);
    expect(idsOf((await listed("transfers", "--kind", "refund")).transfers)).toEqual([ids.refund]);
    expect((await listed("transfers", "--customer", "ann@example.com")).transfers).toEqual([]);
    expect((await listed("transfers", "--to", "2020-01-01")).transfers).toEqual([]);
    expect((await listed("transfers", "--from", "2020-01-01")).transfers).toHaveLength(3);
    expect((await list("transfers", "--kind", "charge")).stdout).toMatch(
      new RegExp(
        `^MADE +ID +KIND +CUSTOMER +AMOUNT +CURRENCY +WHAT FOR\n\\S+  ${ids.charge}  charge  ${tenant.billingId}  30 +VC +May\n$`,
      ),
    );
  });

  it("a period that ends before it begins is a misused command", async () => {
    const { code, stderr } = await list("transfers", "--from", "2026-11-02", "--to", "2026-11-01");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--to is before --from") });
  });

  it("holds are listed, newest first, also those that stand somewhere", async () => {
    expect(idsOf((await listed("holds")).holds)).toEqual([ids.hold, ids.released]);
    expect((await listed("holds", "--customer", ids.ann)).holds).toEqual([]);
    expect(idsOf((await listed("holds", "--state", "released")).holds)).toEqual([ids.released]);
    expect((await list("holds", "--state", "active")).stdout).toMatch(
      new RegExp(
        `^MADE +ID +CUSTOMER +STATE +LEFT +OF +CURRENCY +EXPIRES\n\\S+  ${ids.hold}  ${tenant.billingId}  active  40 +40 +VC +\\S+Z\n$`,
      ),
    );
  });

  it("has a limit, and says where it ended a list", async () => {
    const { code, stdout, stderr } = await list("transfers", "--limit", "2", "--json");
    expect(code).toBe(0);
    expect(idsOf(JSON.parse(stdout).transfers)).toEqual([ids.refund, ids.charge]);
    expect(stderr).toBe("tallystick: these are 2; a larger --limit shows what follows\n");
    const wrong = await list("holds", "--limit", "0");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("whole number from 1 to 10000") });
  });
});
