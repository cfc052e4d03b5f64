import { readFileSync } from "node:fs";
import { Audit, invariants } from "../../src/store/audit/audit.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { damages, plant } from "./damages.ts";
import { copyOrganization, letHoldExpire, makeHistory } from "./history.ts";

let service: TestService;
let database: Database;
beforeAll(async () => {
  service = await startService();
  database = openDatabase(service.databaseUrl);
});
afterAll(async () => {
  await database.close();
  await service.stop();
});

describe("a sound ledger", () => {
  it("that is empty is clean", async () => {
    expect(await new Audit(database).run()).toEqual({
      violations: [],
      violationCount: 0,
      accounts: 0,
      entries: 0,
    });
  });

  it("with something of everything in it is clean, also while an expiry is not noted yet", async () => {
    const tenant = await service.tenant({ credits: 5 });
    await makeHistory(service, tenant);
    await letHoldExpire(service, tenant, { noted: true });
    await letHoldExpire(service, tenant, { noted: false });
    const report = await new Audit(database).run();
    expect(report.violations).toEqual([]);
    expect(report.violationCount).toBe(0);
    expect(report.accounts).toBeGreaterThanOrEqual(5);
    expect(report.entries).toBe(24);
  });

  it("is clean at every moment while many write", async () => {
    const tenants = [await service.tenant({ credits: 9 }), await service.tenant({ credits: 9 })];
    let isWriting = true;
    const writing = Promise.all(
      [...tenants, ...tenants, ...tenants].map((tenant) => makeHistory(service, tenant, { keys: false })),
    ).finally(() => {
      isWriting = false;
    });
    const entries: number[] = [];
    while (isWriting) {
      const report = await new Audit(database).run();
      expect(report.violations).toEqual([]);
      entries.push(report.entries);
    }
    await writing;
    expect(new Set(entries).size).toBeGreaterThan(1);
    expect((await new Audit(database).run()).violations).toEqual([]);
  });
});

describe("found and named is that", () => {
  let sound: Tenant;
  beforeAll(async () => {
    sound = await service.tenant();
    await makeHistory(service, sound);
  });

  it.each(Object.entries(damages))("%s", async (_what, { statement, breaks }) => {
    const damaged = await copyOrganization(service.databaseUrl, sound.orgId);
    expect((await new Audit(database).run({ orgId: damaged })).violations).toEqual([]);
    await plant(service.databaseUrl, { statement, orgId: damaged });
    const { violations, violationCount } = await new Audit(database).run({ orgId: damaged });
    expect([...new Set(violations.map(({ invariant }) => invariant))].sort()).toEqual([...breaks].sort());
    expect(violations.length).toBe(violationCount);
    for (const { orgId, description } of violations) {
      expect(orgId).toBe(damaged);
      expect(description).toMatch(/\w/);
    }
  });

  it("and nothing that is checked goes without a damage here, or without a word in the docs", () => {
    const found = new Set(Object.values(damages).flatMap(({ breaks }) => breaks));
    expect([...found].sort()).toEqual([...invariants].sort());
    const docs = readFileSync("docs/operating.md", "utf8");
    expect(invariants.filter((name) => !docs.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it("and of very many the first thousand, with their number", async () => {
    const { orgId } = await service.tenant();
    const statement = `insert into entries
      select $1::uuid, gen_random_uuid(), 1, gen_random_uuid(), 1, 1, 0, 0, 0, now() from generate_series(1, 1500)`;
    await plant(service.databaseUrl, { statement, orgId });
    const { violations, violationCount } = await new Audit(database).run({ orgId });
    // Each is of no account and of no transfer.
    expect({ listed: violations.length, violationCount }).toEqual({ listed: 1_000, violationCount: 3_000 });
  });
});
