import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "../../src/embedded/lock.ts";
import { inProcess } from "../lifecycle/outcome.ts";
import { freePort } from "../support/free-port.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1_000 });
});
afterAll(() => service.stop());

type Settings = Record<string, string>;

const onDatabase = (): Settings => ({ DATABASE_URL: service.databaseUrl });
const onServer = ({ clientId, clientSecret } = service.platform): Settings => ({
  TALLYSTICK_SERVER: service.url,
  TALLYSTICK_CLIENT_ID: clientId,
  TALLYSTICK_CLIENT_SECRET: clientSecret,
});

async function json(args: readonly string[], settings: Settings) {
  const { code, stdout, stderr } = await inProcess([...args, "--json"], settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

it.each([
  [["export", "--to", ""], "--to <time>"],
  [["verify", "--organization="], "--organization <id or name>"],
  [["credentials", "create", "--role", ""], "--role <role>"],
])(
  "%j has an option that is empty, as of a variable that is not set, and is refused",
  async (args, option) => {
    const { code, stdout, stderr } = await inProcess(args, onDatabase());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(
      `option '${option}' argument '' is invalid. It must not be empty: leave the option out.`,
    );
  },
);

it.each([
  [["customers", "create", "", "--organization", "acme"], "name"],
  [["charge", "ann@example.com", "", "--organization", "acme"], "amount"],
  [["backup", ""], "folder"],
])("%j has an argument that is empty, and is refused", async (args, argument) => {
  const { code, stdout, stderr } = await inProcess(args, onDatabase());
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`argument value '' is invalid for argument '${argument}'. It must not be empty.`);
});

const ways: readonly [string, () => Settings][] = [
  ["a server", onServer],
  ["a database", onDatabase],
];

describe.each(ways)("over %s", (way, settings) => {
  const ofTenant = () => ["--organization", tenant.orgName];

  it("a credential is made, listed, rotated and revoked", async () => {
    const made = await json(
      ["credentials", "create", ...ofTenant(), "--role", "charger", "--expires", "2100-01-01"],
      settings(),
    );
    expect(made.credential).toMatchObject({ role: "ROLE_CHARGER", expireTime: "2100-01-01T00:00:00Z" });
    const { clientId } = made.credential;
    const rotated = await json(
      ["credentials", "rotate", clientId, ...ofTenant(), "--overlap", "0s"],
      settings(),
    );
    const organizationsOf = (clientSecret: string) =>
      connectClients(service.url, { clientId, clientSecret }).organizations.getOrganization({
        organization: tenant.orgId,
      });
    expect((await organizationsOf(rotated.clientSecret)).organization?.id).toBe(tenant.orgId);
    await expect(organizationsOf(made.clientSecret)).rejects.toThrow(/unauthenticated/);
    const revoked = await json(["credentials", "revoke", clientId, ...ofTenant()], settings());
    const listed = await json(["credentials", "list", ...ofTenant()], settings());
    expect(listed.credentials).toContainEqual(revoked.credential);
    const again = await inProcess(["credentials", "rotate", clientId, ...ofTenant()], settings());
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/^tallystick: .*\(CREDENTIAL_REVOKED\)\n$/);
    const text = await inProcess(["credentials", "list", ...ofTenant()], settings());
    expect(text.stdout).toMatch(/^CLIENT ID +ROLE +NAME +STATE +LAST USED +EXPIRES\n/);
    expect(text.stdout).toMatch(new RegExp(`^${clientId} +charger .* revoked `, "m"));
  });

  it("an organization is made and listed", async () => {
    const name = `made-over-${way.replaceAll(" ", "-")}`;
    const { organization } = await json(
      ["organizations", "create", name, "--display-name", "Made Corporation"],
      settings(),
    );
    expect(organization).toMatchObject({ name, displayName: "Made Corporation" });
    expect((await json(["organizations", "list"], settings())).organizations).toContainEqual(organization);
    const again = await inProcess(["organizations", "create", name], settings());
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect((await inProcess(["organizations", "list"], settings())).stdout).toContain(`${name}  Made`);
  });

  it("a customer is made, and found by the beginning of its email", async () => {
    const email = `made-over-${way.replaceAll(" ", "-")}@example.com`;
    const { customer } = await json(
      ["customers", "create", "Made", ...ofTenant(), "--email", email, "--billing-type", "postpaid"],
      settings(),
    );
    expect(customer).toMatchObject({ name: "Made", email, billingType: "BILLING_TYPE_POSTPAID" });
    const search = ["customers", "search", email.slice(0, -4).toUpperCase(), ...ofTenant()];
    expect((await json(search, settings())).matches).toMatchObject([{ customer }]);
    const text = await inProcess(search, settings());
    expect(text.stdout).toBe(
      `${["ID".padEnd(36), "NAME", "EMAIL".padEnd(email.length), "PAYS    ", "STATE"].join("  ")}\n` +
        `${[customer.id, "Made", email, "postpaid", "active"].join("  ")}\n`,
    );
    const again = await inProcess(
      ["customers", "create", "Other", ...ofTenant(), "--email", email],
      settings(),
    );
    expect(again).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/\(ALREADY_EXISTS\)$/m),
    });
  });

  it("an amount below zero is told from an option", async () => {
    const args = ["charge", tenant.billingId, "-5", ...ofTenant(), "--dry-run"];
    const { code, stderr } = await inProcess(args, settings());
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^tallystick: amount: must be /),
    });
  });

  it("a customer is charged and credited exactly and once", async () => {
    const customer = tenant.billingId;
    const balance = async () => (await json(["balance", customer, ...ofTenant()], settings())).posted;
    const before = await balance();
    const key = `once over ${way}`;
    const charge = (...more: string[]) =>
      inProcess(["charge", customer, "100", ...ofTenant(), "--key", key, ...more], settings());
    expect((await charge("--dry-run")).stdout).toMatch(/^would book +100 VC\nposted +\S+ -> \S+\n$/);
    expect(await balance()).toBe(before);
    expect((await charge()).stdout).toMatch(
      /^booked +100 VC\ntransfer +\S+\nkey +once over .*\nposted .*\n$/,
    );
    expect((await charge()).stdout).toMatch(/^booked before +100 VC\n/);
    expect(await balance()).toBe(String(Number(before) - 100));
    const amount = "9007199254740993";
    const credited = await json(["credit", customer, amount, ...ofTenant()], settings());
    expect(credited.receipt.transfer).toMatchObject({ amount, kind: "TRANSFER_KIND_CREDIT" });
    const back = await json(["charge", customer, amount, ...ofTenant()], settings());
    expect(back.receipt.after.posted).toBe(String(Number(before) - 100));
    const text = await inProcess(["balance", customer, ...ofTenant()], settings());
    expect(text.stdout).toMatch(/^available +\d+ VC\nposted +\d+ VC\nheld +0 VC\n$/);
  });

  it.each([
    { args: ["balance", "nobody@example.com"], reason: /\(NOT_FOUND\)$/m },
    { args: ["charge", "CUSTOMER", "999999"], reason: /\(INSUFFICIENT_FUNDS\)$/m },
    { args: ["charge", "CUSTOMER", "1e3"], reason: /amount.*\(INVALID_FIELDS\)$/m },
  ])("what is refused is one line with its reason and exit code 1: $args", async ({ args, reason }) => {
    const filled = args.map((each) => (each === "CUSTOMER" ? tenant.billingId : each));
    const { code, stdout, stderr } = await inProcess([...filled, ...ofTenant()], settings());
    expect({ code, stdout, lines: stderr.split("\n").length }).toEqual({ code: 1, stdout: "", lines: 2 });
    expect(stderr).toMatch(reason);
  });
});

describe("asking a server", () => {
  it("takes the credential from a file, and the server as an option", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "tallystick-cli-")), "credential.json");
    const create = ["credentials", "create", "--organization", tenant.orgName, "--role", "reader"];
    const made = await json(create, onDatabase());
    writeFileSync(file, JSON.stringify(made));
    const { TALLYSTICK_SERVER = "" } = onServer();
    const options = ["--server", TALLYSTICK_SERVER, "--credential-file", file];
    const { organizations } = await json(["organizations", "list", ...options], {});
    expect(organizations.map(({ id }: { id: string }) => id)).toEqual([tenant.orgId]);
    writeFileSync(
      file,
      JSON.stringify({ client_id: made.credential.clientId, client_secret: made.clientSecret }),
    );
    const { code, stderr } = await inProcess(["organizations", "create", "mine", ...options], {});
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("(PERMISSION_DENIED)") });
  });

  it("takes URLs of gRPC, too", async () => {
    const grpc = { ...onServer(), TALLYSTICK_SERVER: service.url.replace("http:", "grpc:") };
    expect(await json(["organizations", "list"], grpc)).toHaveProperty("organizations");
  });

  it("is what it does where a database is set, too, which it says unless an option says so", async () => {
    const settings = { ...onServer(), DATABASE_URL: "postgres://127.0.0.1:1/none" };
    const said = await inProcess(["organizations", "list"], settings);
    expect(said).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/both set: asking the server, 127/),
    });
    const { TALLYSTICK_SERVER = "", ...unset }: Settings = settings;
    expect(await json(["organizations", "list", "--server", TALLYSTICK_SERVER], unset)).toHaveProperty(
      "organizations",
    );
    const lost = await inProcess(
      ["organizations", "list", "--credential-file", "package.json"],
      onDatabase(),
    );
    expect(lost).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--credential-file is for a server"),
    });
  });

  it("is what it says to name where a server runs on the embedded database", async () => {
    const TALLYSTICK_DATA_DIR = mkdtempSync(join(tmpdir(), "tallystick-cli-"));
    mkdirSync(join(TALLYSTICK_DATA_DIR, "postgres"));
    writeFileSync(join(TALLYSTICK_DATA_DIR, "postgres/PG_VERSION"), "17\n");
    const release = takeLock(TALLYSTICK_DATA_DIR);
    const { code, stderr } = await inProcess(["organizations", "list"], { TALLYSTICK_DATA_DIR });
    release();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^tallystick: .* in use by another server \(process \d+\): .* To ask that server, name it by --server or TALLYSTICK_SERVER\.\n$/,
      ),
    });
  });

  it("shows a token in place of a credential, of a file that each call reads", async () => {
    const TALLYSTICK_TOKEN_FILE = join(mkdtempSync(join(tmpdir(), "tallystick-cli-")), "token");
    const { TALLYSTICK_SERVER = "", ...credential } = onServer();
    const settings = { TALLYSTICK_SERVER, TALLYSTICK_TOKEN_FILE };
    const list = (more = {}) => inProcess(["organizations", "list"], { ...settings, ...more });
    expect(await list()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot be read: ENOENT"),
    });
    writeFileSync(TALLYSTICK_TOKEN_FILE, "two words\n");
    expect(await list()).toMatchObject({ code: 2, stderr: expect.stringContaining("must hold a token") });
    writeFileSync(TALLYSTICK_TOKEN_FILE, `${service.platform.clientSecret}\n`);
    expect(await list(credential)).toMatchObject({ code: 2, stderr: expect.stringContaining("in place of") });
    expect((await json(["organizations", "list"], settings)).organizations.length).toBeGreaterThan(0);
  });

  const charging = ["charge", "ann", "5", "--organization", "acme"];

  it("ends with 3 where no connection is made, and says that nothing was booked", async () => {
    const settings = { ...onServer(), TALLYSTICK_SERVER: `http://127.0.0.1:${await freePort()}` };
    const { code, stderr } = await inProcess(charging, settings);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^Nothing was booked\.\ntallystick: the server cannot be reached: connect ECONNREFUSED [\d.:]+\n$/,
    );
    const DATABASE_URL = `postgres://127.0.0.1:${await freePort()}/none`;
    const away = await inProcess(["organizations", "list"], { DATABASE_URL });
    expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining("cannot be reached") });
  });

  it("says how to ask again for what may be booked, where the answer was lost", async () => {
    const server = createServer();
    server.on("stream", (stream) => stream.session?.destroy());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await inProcess(charging, {
      ...onServer(),
      TALLYSTICK_SERVER: `http://127.0.0.1:${port}`,
    });
    server.close();
    expect(code).toBe(3);
    expect(stderr).toMatch(/^Nobody knows whether it was booked\. Ask again with --key [0-9a-f-]{36}: /);
  });

  it.each([
    ...["127.0.0.1:1", "ftp://127.0.0.1:1", "grpc://127.0.0.1", "http://127.0.0.1:1/path", "http://"].map(
      (url) => ({
        settings: { TALLYSTICK_SERVER: url },
        says: /TALLYSTICK_SERVER is .*, but must be a URL like http:/,
      }),
    ),
    {
      settings: { TALLYSTICK_SERVER: "http://me:hunter2@127.0.0.1:1" },
      says: /TALLYSTICK_SERVER is "http:\/\/…@127\.0\.0\.1:1", but must be a URL like http:/,
    },
    {
      settings: { TALLYSTICK_SERVER: "grpc://127.0.0.1:1" },
      says: /set TALLYSTICK_CLIENT_ID and TALLYSTICK_CLIENT_SECRET/,
    },
    {
      settings: {
        ...{ TALLYSTICK_SERVER: "grpc://127.0.0.1:1" },
        TALLYSTICK_CREDENTIAL_FILE: "package.json",
      },
      says: /must hold/,
    },
    { settings: { TALLYSTICK_CLIENT_SECRT: "x" }, says: /did you mean TALLYSTICK_CLIENT_SECRET\?/ },
  ])("ends with 2 where the settings cannot be used: $says", async ({ settings, says }) => {
    const DATABASE_URL = "mysql://wrong";
    const { code, stderr } = await inProcess(["organizations", "list"], { DATABASE_URL, ...settings });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
  });

  it.each([
    { line: "balanse ann", says: "(Did you mean balance?)" },
    { line: "balance ann --organisation acme", says: "(Did you mean --organization?)" },
    { line: "balance ann", says: "required option '--organization <id or name>'" },
    { line: "credentials create --role owner", says: "Allowed choices are reader, charger" },
    { line: "credentials create --expires tomorrow", says: "It must be a time like" },
    { line: "credentials rotate id --overlap 1w", says: "with a unit, such as 90s" },
  ])("ends with 2 where arguments are wrong: $line", async ({ line, says }) => {
    const { code, stderr } = await inProcess(line.split(" "));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });
});
