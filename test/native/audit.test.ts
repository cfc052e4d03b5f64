import { Code } from "@connectrpc/connect";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  tenant = await service.tenant();
});

const organization = () => tenant.orgId;
const clients = (as = tenant.admin) => connectClients(service.url, as);

async function records(asked: object = {}, as = tenant.admin) {
  const { auditRecords } = await clients(as).audit.listAuditRecords({
    organization: organization(),
    ...asked,
  });
  return auditRecords;
}

/** What is done from now on, oldest first. */
async function recordsOf(work: () => Promise<unknown>) {
  const before = new Set((await records()).map(({ id }) => id));
  await work();
  return (await records()).filter(({ id }) => !before.has(id)).reverse();
}

it("records who did what to credentials, and never a secret nor its hash", async () => {
  const secrets: string[] = [];
  const acts = await recordsOf(async () => {
    const { credentials } = clients();
    const made = await credentials.createCredential({
      ...{ organization: organization(), role: Role.READER, displayName: "shown" },
    });
    const which = { organization: organization(), clientId: made.credential?.clientId ?? "" };
    const rotated = await credentials.rotateCredential(which);
    secrets.push(made.clientSecret, rotated.clientSecret);
    for (const displayName of ["renamed", "renamed"])
      await credentials.updateCredential({ ...which, displayName });
    await credentials.revokeCredential(which);
    await credentials.revokeCredential(which);
  });
  const by = { actor: tenant.admin.clientId, organizationId: tenant.orgId };
  const method = (name: string) => `tallystick.v1.CredentialService/${name}`;
  expect(acts).toMatchObject([
    { ...by, verb: "credential.create", method: method("CreateCredential"), after: { role: "reader" } },
    { ...by, verb: "credential.rotate", method: method("RotateCredential"), before: { formerEndsAt: null } },
    { ...by, verb: "credential.update", before: { displayName: "shown" }, after: { displayName: "renamed" } },
    { ...by, verb: "credential.revoke", target: acts[0]?.target, before: { revokedAt: null } },
  ]);
  expect(acts.every(({ requestId }) => requestId !== "")).toBe(true);
  const rows = await withSql(
    service.databaseUrl,
    (sql) => sql`select row_to_json(a)::text as row from platform_acts a`,
  );
  const hashes = await withSql(
    service.databaseUrl,
    (sql) => sql`select secret_hash as hash from credentials`,
  );
  const text = rows.map(({ row }) => row).join();
  for (const secret of [...secrets, ...hashes.map(({ hash }) => hash)]) expect(text).not.toContain(secret);
});

it("records the same act through each interface, and of a customer no personal data", async () => {
  const acts = await recordsOf(async () => {
    const { customers, frontier, currencies, ledger } = clients();
    const email = "ann@example.com";
    const { customer } = await customers.createCustomer({ organization: organization(), name: "Ann", email });
    const id = customer?.id ?? "";
    await customers.updateCustomer({
      ...{ organization: organization(), customer: id, name: "Anna", billingType: BillingType.POSTPAID },
    });
    await customers.disableCustomer({ organization: organization(), customer: id });
    await frontier.disableBillingAccount({ orgId: organization(), id: tenant.billingId });
    const developer = `/v1/organizations/${tenant.orgName}/developers/${email}`;
    await restClient(service.url, tenant.admin).put(`${developer}/monetizationConfig`, {
      billingType: "PREPAID",
    });
    await currencies.updateCeiling({ organization: organization(), currency: "VC", credit: "5" });
    await ledger.setLimit({
      organization: organization(),
      customer: id,
      currency: "VC",
      minimumBalance: "-7",
    });
    await currencies.createCurrency({ organization: organization(), code: "VC" });
    await customers.deleteCustomer({ organization: organization(), customer: id, erasePersonalData: true });
  });
  const hidden = "(not kept)";
  expect(acts.map(({ verb }) => verb)).toEqual([
    ...["customer.create", "customer.update", "customer.disable", "customer.disable", "customer.update"],
    ...["ceiling.update", "limit.set", "currency.create", "customer.delete", "customer.erase"],
  ]);
  expect(acts).toMatchObject([
    { after: { billingType: "prepaid" } },
    { before: { name: hidden, billingType: "prepaid" }, after: { name: hidden, billingType: "postpaid" } },
    { method: "tallystick.v1.CustomerService/DisableCustomer", after: { state: "disabled" } },
    { method: "raystack.frontier.v1beta1.FrontierService/DisableBillingAccount" },
    { method: "tallystick.apigee.x.v1.DeveloperService/UpdateDeveloperMonetizationConfig" },
    { target: "ceilings/VC", after: { credit: "5" } },
    { after: { minimumBalance: "-7" } },
    { target: "currencies/VC", after: { status: "active" } },
    { before: { deletedAt: null } },
    {},
  ]);
  expect(JSON.stringify(acts, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toMatch(
    /Ann|ann@example/,
  );
});

it("records nothing of what was refused or only tried", async () => {
  const acts = await recordsOf(async () => {
    const { customers, ledger, currencies } = clients();
    const about = { organization: organization(), customer: tenant.billingId, currency: "VC" };
    await ledger.setLimit({ ...about, minimumBalance: "-7", validateOnly: true });
    const email = `customer@${tenant.orgName}.example`;
    await failureOf(customers.createCustomer({ organization: organization(), email }));
    await failureOf(currencies.deleteCurrency({ organization: organization(), code: "VC" }));
  });
  expect(acts).toEqual([]);
});

it("says in rows who made them", async () => {
  await clients().customers.createCustomer({ organization: organization(), name: "Ann" });
  await clients().currencies.createCurrency({ organization: organization(), code: "VC" });
  await clients(service.platform).organizations.createOrganization({ name: `made-${tenant.orgName}` });
  const makers = await withSql(
    service.databaseUrl,
    (
      sql,
    ) => sql`select (select max(created_by) from customers where org_id = ${tenant.orgId} and name = 'Ann') as customer,
      (select created_by from currencies where org_id = ${tenant.orgId}) as currency,
      (select created_by from organizations where name = ${`made-${tenant.orgName}`}) as organization`,
  );
  const { clientId } = tenant.admin;
  expect([...makers]).toEqual([
    { customer: clientId, currency: clientId, organization: service.platform.clientId },
  ]);
});

describe("ListAuditRecords", () => {
  it("lists in pages, newest first, by time, actor, verb and target", async () => {
    const { customers } = clients();
    for (const name of ["a", "b", "c"])
      await customers.createCustomer({ organization: organization(), name });
    await clients(tenant.writer).customers.createCustomer({ organization: organization(), name: "d" });
    const all = await records();
    expect(all.map(({ verb }) => verb)).toEqual([
      ...["customer.create", "customer.create", "customer.create", "customer.create"],
      ...["customer.create", "organization.create"],
    ]);
    const paged: string[] = [];
    let pageToken = "";
    do {
      const asked = { organization: organization(), pageSize: 2, pageToken };
      const page = await clients().audit.listAuditRecords(asked);
      paged.push(...page.auditRecords.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(paged).toEqual(all.map(({ id }) => id));
    expect(await records({ actor: tenant.writer.clientId })).toEqual(all.slice(0, 1));
    expect(await records({ verb: "organization.create" })).toEqual(all.slice(-1));
    expect(await records({ target: all[1]?.target ?? "" })).toEqual([all[1]]);
    const startTime = all[0]?.createTime;
    expect((await records({ startTime })).map(({ id }) => id)).toContain(all[0]?.id);
    expect(await records({ endTime: all.at(-1)?.createTime })).toEqual([]);
    expect(faultyFields(await failureOf(records({ pageToken: "x", pageSize: -1 })))).toEqual([
      ...["pageSize", "pageToken"],
    ]);
  });

  it("is for admins: of an organization, or of the platform, who see all or one", async () => {
    const other = await service.tenant();
    for (const as of [tenant.reader, tenant.writer, other.admin])
      expect((await failureOf(records({}, as))).code).toBe(Code.PermissionDenied);
    const { audit } = clients(service.platform);
    const { auditRecords } = await audit.listAuditRecords({ pageSize: 1_000 });
    const organizations = new Set(auditRecords.map(({ organizationId }) => organizationId));
    for (const id of ["", tenant.orgId, other.orgId]) expect(organizations).toContain(id);
    const { status, body } = await restClient(service.url, service.platform).get(
      `/tallystick/v1/organizations/${other.orgName}/auditRecords`,
    );
    expect(status).toBe(200);
    expect((body as { auditRecords: { organizationId: string }[] }).auditRecords.length).toBeGreaterThan(0);
    expect((await failureOf(clients().audit.listAuditRecords({}))).code).toBe(Code.PermissionDenied);
  });
});

it.each(["acts", "platform_acts"])("nobody changes or deletes %s", async (table) => {
  for (const statement of [`update ${table} set actor = 'me'`, `delete from ${table}`, `truncate ${table}`])
    await expect(withSql(service.databaseUrl, (sql) => sql.unsafe(statement))).rejects.toThrow(/append-only/);
});
