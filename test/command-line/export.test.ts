import { createHash } from "node:crypto";
import { inProcess } from "../lifecycle/outcome.ts";
import { startService, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

it("writes a period that is over the same each time, over a server and a database, whatever is booked since", async () => {
  const tenant = await service.tenant({ credits: 7 });
  await service.credit(tenant, "9007199254740993");
  const [server, database] = [
    {
      TALLYSTICK_SERVER: service.url.replace("http:", "grpc:"),
      TALLYSTICK_CLIENT_ID: tenant.reader.clientId,
      TALLYSTICK_CLIENT_SECRET: tenant.reader.clientSecret,
    },
    { DATABASE_URL: service.databaseUrl },
  ];
  const [{ now } = { now: "" }] = await withSql(
    service.databaseUrl,
    (sql) =>
      sql<
        { now: string }[]
      >`select to_char((clock_timestamp() + interval '1 millisecond') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`,
  );
  const exported = async (settings: Record<string, string>, ...more: string[]) => {
    const args = ["export", "--organization", tenant.orgName, "--json", ...more];
    const { code, stdout, stderr } = await inProcess(args, settings);
    expect(code).toBe(0);
    const { transfers, sha256, isOver } = JSON.parse(stderr);
    expect(sha256).toBe(createHash("sha256").update(stdout).digest("hex"));
    return { stdout, transfers, isOver };
  };
  for (const format of ["ndjson", "csv"]) {
    const first = await exported(server, "--to", now, "--format", format);
    expect(first).toMatchObject({ transfers: 2, isOver: false });
    await service.credit(tenant, "1");
    expect(await exported(server, "--to", now, "--format", format)).toEqual(first);
    expect(await exported(database, "--to", now, "--format", format)).toEqual(first);
    expect(first.stdout).toContain("9007199254740993");
  }
  expect((await exported(server)).transfers).toBe(4);
  expect(await exported(server, "--to", "2020-01-01")).toMatchObject({
    transfers: 0,
    isOver: true,
    stdout: "",
  });
});
