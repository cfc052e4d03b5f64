import { createHash } from "node:crypto";
import { inProcess } from "../lifecycle/outcome.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const serverFor = ({ reader }: Tenant) => ({
  TALLYSTICK_SERVER: service.url.replace("http:", "grpc:"),
  TALLYSTICK_CLIENT_ID: reader.clientId,
  TALLYSTICK_CLIENT_SECRET: reader.clientSecret,
});

it("writes a period that is closed the same each time, over a server and a database, whatever is booked since", async () => {
  const tenant = await service.tenant({ credits: 7 });
  await service.credit(tenant, "9007199254740993");
  const [server, database] = [serverFor(tenant), { DATABASE_URL: service.databaseUrl }];
  const exported = async (settings: Record<string, string>, ...more: string[]) => {
    const args = ["export", "--organization", tenant.orgName, "--json", ...more];
    const { code, stdout, stderr } = await inProcess(args, settings);
    expect(code).toBe(0);
    const { entries, sha256, endTime, closed } = JSON.parse(stderr);
    expect(sha256).toBe(createHash("sha256").update(stdout).digest("hex"));
    return { stdout, entries, closed, endTime };
  };
  for (const format of ["ndjson", "csv"]) {
    const first = await exported(server, "--format", format);
    expect(first.closed).toBe(true);
    await service.credit(tenant, "1");
    expect(await exported(server, "--to", first.endTime, "--format", format)).toEqual(first);
    expect(await exported(database, "--to", first.endTime, "--format", format)).toEqual(first);
    expect(first.stdout).toContain("9007199254740993");
  }
  expect((await exported(server)).entries).toBe(8);
  expect((await exported(server, "--customer", tenant.billingId)).entries).toBe(4);
  expect((await exported(server, "--counter-account", "revenue")).entries).toBe(0);
  expect(await exported(server, "--to", "2020-01-01")).toMatchObject({
    entries: 0,
    closed: true,
    stdout: "",
  });
  expect(await exported(server, "--to", "2999-01-01")).toMatchObject({ entries: 8, closed: false });
});

it("writes a statement as CSV and as HTML, over a server and a database", async () => {
  const tenant = await service.tenant({ credits: 7 });
  const written = async (settings: Record<string, string>, ...more: string[]) => {
    const args = [
      "statement",
      tenant.billingId,
      "--organization",
      tenant.orgName,
      "--to",
      "2999-01-01",
      ...more,
    ];
    const { code, stdout, stderr } = await inProcess(args, settings);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const [server, database] = [serverFor(tenant), { DATABASE_URL: service.databaseUrl }];
  const csv = await written(server);
  expect(csv).toMatch(
    /^time,kind,.*\r\n,opening balance,.*\r\n.*,credit,.*,funding,7,7,VC\r\n.*,closing balance,.*,7,VC\r\n$/,
  );
  expect(await written(database)).toBe(csv);
  expect(await written(server, "--format", "html")).toMatch(/^<!doctype html>.*<\/html>\n$/s);
});
